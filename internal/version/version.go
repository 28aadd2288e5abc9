// Package version says which conform this is.
package version

import "runtime/debug"

// release is the version of this tree; a build of a tagged module says its own.
const release = "0.1.0"

// module is what this is called where it is a dependency of another.
const module = "github.com/seed-e125e033/conform"

// Text returns the version that requests, reports and people are told.
func Text() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == module && m.Version != "" && m.Sum != "" {
			return m.Version
		}
	}
	return release
}
