package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// command is the package of the command conform, and profile what its releases are compiled by, in the package's folder.
const (
	command = "github.com/seed-e125e033/conform/cmd/conform"
	profile = "release.pgo"
)

// release compiles conform as README.md says.
func (b *bench) release(binary string) error {
	folder, err := exec.CommandContext(b.ctx, "go", "list", "-f", "{{.Dir}}", command).Output()
	if err != nil {
		return fmt.Errorf("go list %s: %w: measure inside the repository, or give -conform", command, err)
	}
	return b.build(binary, command, "-pgo="+filepath.Join(strings.TrimSpace(string(folder)), profile))
}

// build compiles a package without what releases do not have.
func (b *bench) build(binary, source string, flags ...string) error {
	args := append([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", binary}, flags...)
	cmd := exec.CommandContext(b.ctx, "go", append(args, source)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", source, err, text)
	}
	return nil
}

// built tells how a binary was: by which Go, with which flags, and whether with C. Go does not note -ldflags beside -trimpath.
func built(binary string) (string, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", err
	}
	how := info.GoVersion
	for _, s := range info.Settings {
		if strings.HasPrefix(s.Key, "-") || s.Key == "CGO_ENABLED" {
			how += " " + s.Key + "=" + s.Value
		}
	}
	return how, nil
}
