package schemas_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/schemas"
)

func TestEverySchemaIsDraft07AndCompiles(t *testing.T) {
	files, err := fs.Glob(schemas.Files, "*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	for _, file := range files {
		data, err := schemas.Files.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var head struct {
			Schema string `json:"$schema"`
			Title  string `json:"title"`
		}
		if err := json.Unmarshal(data, &head); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if head.Schema != "http://json-schema.org/draft-07/schema#" || head.Title == "" {
			t.Errorf("%s: $schema is %q, title %q: an editor shows both", file, head.Schema, head.Title)
		}
		if _, err := schema.Compile(file, data); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// A schema that no contract and no target file names would never judge anything.
func TestEverySchemaIsUsed(t *testing.T) {
	var text strings.Builder
	for _, glob := range []string{"../contracts/*.yaml", "../fixtures/*/*/conform.yaml"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", glob, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(data)
		}
	}
	own := map[string]bool{"contract.json": true, "target.json": true} // the form of our own files
	files, err := fs.Glob(schemas.Files, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !own[file] && !strings.Contains(text.String(), "schema: "+file) {
			t.Errorf("%s is used nowhere", file)
		}
	}
}
