package docs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/leak"
)

func TestTheGuideHasEveryClassOfLeaks(t *testing.T) {
	text, _ := blocks(t)
	_, table, found := strings.Cut(text, "| class | is | sure |\n| --- | --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want strings.Builder
	for _, c := range leak.Classes {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", c.Name, c.Is, c.Tier)
	}
	if got := table + "\n"; !found || got != want.String() {
		t.Errorf("the guide has\n%s\nwant\n%s", got, want.String())
	}
}
