package check

import (
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
)

func TestProtocols(t *testing.T) {
	expect := contract.Expect{Headers: map[string]string{"Upgrade": "protocols"}}
	for _, tt := range []struct{ name, answer, want string }{
		{"a protocol with its version", "426\nUpgrade: feed/2\nConnection: upgrade\n\n", ""},
		{"several, and several options", "426\nUpgrade: HTTP/2.0, , websocket\nConnection: keep-alive, Upgrade\n\n", ""},
		{"none", "426\nConnection: upgrade\n\n", "headers: Upgrade: want a list of protocols, got none"},
		{"an empty list", "426\nUpgrade: ,\nConnection: upgrade\n\n", "headers: Upgrade: want a list of protocols, got ,"},
		{"no protocol", "426\nUpgrade: feed 2\nConnection: upgrade\n\n", "headers: Upgrade: want a list of protocols, got feed 2"},
		{"no version after the slash", "426\nUpgrade: feed/\nConnection: upgrade\n\n", "headers: Upgrade: want a list of protocols, got feed/"},
		{"no Connection", "426\nUpgrade: feed/2\n\n", "headers: Upgrade: want a list of protocols, and Connection with upgrade, got no such Connection"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "GET", tt.answer)
			ex.Answer.Proto = "HTTP/1.1"
			var want []string
			if tt.want != "" {
				want = append(want, tt.want)
			}
			wantFindings(t, expect, ex, Defect{}, want...)
			ex.Answer.Proto = "HTTP/2.0"
			wantFindings(t, expect, ex, Defect{})
		})
	}
}

func TestFeaturesOfOptionsAreSaidByAnyField(t *testing.T) {
	expect := contract.Expect{Headers: map[string]string{"Accept-Patch": "features"}}
	const none = "headers: Accept-Patch: want the field, got none"
	wantFindings(t, expect, exchanged(t, "OPTIONS", "204\nAccept-Patch: a/b\n\n"), Defect{})
	wantFindings(t, expect, exchanged(t, "OPTIONS", "204\n\n"), Defect{}, none)
	wantFindings(t, expect, exchanged(t, "OPTIONS", "405\n\n"), Defect{})
	wantFindings(t, expect, exchanged(t, "PATCH", "204\n\n"), Defect{})
}
