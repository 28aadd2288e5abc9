// Package schemas holds the JSON Schemas (draft-07) that ship with conform: what the bodies of answers look like, and the
// form of conform's own YAML files, contract.json and target.json.
package schemas

import "embed"

// Files holds every schema by its file name.
//
//go:embed *.json
var Files embed.FS
