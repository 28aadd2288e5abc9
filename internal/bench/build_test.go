package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tree is the folder of the module.
const tree = "../../"

// What is measured is what README.md says to build.
func TestReleasesAreBuiltInOneWay(t *testing.T) {
	for _, name := range []string{"README.md", "Makefile"} {
		text, err := os.ReadFile(tree + name)
		if err != nil {
			t.Fatal(err)
		}
		folded := strings.Join(strings.Fields(string(text)), " ")
		for _, verb := range []string{"install", "build"} {
			folded = strings.ReplaceAll(folded, "go "+verb, "go VERB")
		}
		want := "CGO_ENABLED=0 go VERB -trimpath -ldflags='-s -w' -pgo=cmd/conform/" + profile + " ./cmd/conform"
		if !strings.Contains(folded, want) {
			t.Errorf("%s does not say %s", name, want)
		}
	}
}

// The compiler says nothing of a profile whose functions there are no more.
func TestTheProfileOfReleasesNamesWhatThereIs(t *testing.T) {
	text, err := exec.Command("go", "tool", "pprof", "-top", "-cum", "-nodecount=5000", filepath.Join(tree, "cmd/conform", profile)).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, function := range []string{
		"internal/exchange.(*Client).Send", "internal/report.(*Log).Exchange", "internal/drive.(*Drive).work", "suites.NewPlan", "internal/check.(*Reading).Find",
	} {
		if !strings.Contains(string(text), function+"\n") {
			t.Errorf("%s is not in it: make profile", function)
		}
	}
}

func TestHowABinaryWasBuilt(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	how, err := built(self)
	if err != nil || !strings.HasPrefix(how, "go1.") || !strings.Contains(how, " CGO_ENABLED=") || strings.Contains(how, "GOOS") {
		t.Errorf("got %q, %v", how, err)
	}
	if _, err := built(filepath.Join(tree, "README.md")); err == nil {
		t.Error("want an error of a file that is no binary")
	}
}
