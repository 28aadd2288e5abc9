package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/seed-e125e033/conform/internal/document"
)

// Secret is where a secret comes from: one of the three.
type Secret struct {
	Env     string // environment variable
	File    string // path
	Command string // for sh -c
}

// Limits of a secret.
const (
	maxSecret   = 64 << 10         // bytes
	secretAfter = 10 * time.Second // how long a command may take
)

// Shell returns the shell expression that gives the secret within double quotes.
func (s Secret) Shell() string {
	switch {
	case s.Env != "":
		return "$" + s.Env
	case s.File != "":
		return "$(cat '" + strings.ReplaceAll(s.File, "'", `'\''`) + "')"
	case s.Command != "":
		return "$(" + s.Command + ")"
	}
	return ""
}

// Resolve fetches the secrets of all credentials: variables by lookup (os.LookupEnv), files, and commands, by sh, which
// may take 10 seconds each. Its errors are Mistakes where the credential stands in a file, joined; none has a secret in it.
func (t *Target) Resolve(ctx context.Context, lookup func(string) (string, bool)) error {
	var mistakes []document.Mistake
	var errs []error
	shared := t.Credentials["default"].Login // fetched with the log-in credential, most often: see CompleteLogins
	for _, name := range slices.Sorted(maps.Keys(t.Credentials)) {
		if name == LoginCredential && shared != nil && t.Credentials[name] == shared.With {
			t.Credentials[name] = t.Credentials["default"].Login.With
			continue
		}
		c, err := t.Credentials[name].Resolve(ctx, lookup)
		switch {
		case err != nil && c.At.File != "":
			mistakes = append(mistakes, document.Mistake{At: c.At, Text: fmt.Sprintf("credential %q: %s", name, err)})
		case err != nil:
			errs = append(errs, fmt.Errorf("credential %q: %w", name, err))
		}
		t.Credentials[name] = c
	}
	return errors.Join(document.Join(mistakes), errors.Join(errs...))
}

// Resolve returns the credential with its Value fetched from its Secret; of one that is logged in for, the secrets that this
// takes. One line break at the end of a secret is dropped.
func (c Credential) Resolve(ctx context.Context, lookup func(string) (string, bool)) (Credential, error) {
	if c.Login != nil {
		l, err := c.Login.resolve(ctx, lookup)
		c.Login = l
		return c, err
	}
	value, source, err := c.Secret.fetch(ctx, lookup)
	if err != nil {
		return c, err
	}
	value = strings.TrimSuffix(strings.TrimSuffix(value, "\n"), "\r")
	switch {
	case value == "":
		return c, fmt.Errorf("%s is empty: put the secret there", source)
	case strings.ContainsFunc(value, unicode.IsControl):
		return c, fmt.Errorf("%s has a line break or another control character within: give the secret alone", source)
	case c.Kind == Basic && !strings.Contains(value, ":"):
		return c, fmt.Errorf("%s has no colon: basic takes user:password", source)
	case c.Kind == Cookie && strings.ContainsAny(value, `;, "\`):
		return c, fmt.Errorf("%s has a letter that no cookie may have: give the value of the cookie alone", source)
	}
	c.Value = value
	return c, nil
}

// fetch returns the secret as it is, and the name of where it was for messages.
func (s Secret) fetch(ctx context.Context, lookup func(string) (string, bool)) (value, source string, err error) {
	switch {
	case s.Env != "":
		source = "environment variable " + s.Env
		value, ok := lookup(s.Env)
		if !ok {
			//lint:ignore ST1005 the dots stand for the value to give
			return "", source, fmt.Errorf("%s is not set: export %s=...", source, s.Env)
		}
		return value, source, nil
	case s.File != "":
		source = fmt.Sprintf("file %q", s.File)
		value, err := readSecret(s.File)
		if err != nil {
			return "", source, fmt.Errorf("%s cannot be read: %w", source, cause(err))
		}
		return value, source, nil
	case s.Command != "":
		source = fmt.Sprintf("the output of command %q", s.Command)
		value, err := run(ctx, s.Command)
		if err != nil {
			return "", source, fmt.Errorf("command %q: %w", s.Command, err)
		}
		return value, source, nil
	}
	return "", "", errors.New("has no source: name env, file or command")
}

// cause returns what went wrong with a file, without the path that the message has already.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func readSecret(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err == nil && len(data) > maxSecret {
		err = fmt.Errorf("longer than %d bytes", maxSecret)
	}
	return string(data), err
}

// run returns what a command writes. What it says on standard error is not passed on: it may have the secret in it.
func run(ctx context.Context, command string) (string, error) {
	timed, cancel := context.WithTimeout(ctx, secretAfter)
	defer cancel()
	cmd := exec.CommandContext(timed, "sh", "-c", command)
	cmd.WaitDelay = time.Second // for a child that keeps the pipe open
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case timed.Err() != nil:
		return "", fmt.Errorf("no result after %s", secretAfter)
	case errors.As(err, &exit):
		return "", fmt.Errorf("ended with %s: run it by hand to see why", exit.ProcessState)
	case err != nil:
		return "", err
	case len(out) > maxSecret:
		return "", fmt.Errorf("wrote more than %d bytes", maxSecret)
	}
	return string(out), nil
}
