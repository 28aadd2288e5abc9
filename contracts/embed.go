// Package contracts holds the contracts that ship with conform, one YAML file each.
package contracts

import "embed"

// Files holds every shipped contract: gr4vy.yaml is the contract gr4vy.
//
//go:embed *.yaml
var Files embed.FS
