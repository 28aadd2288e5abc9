package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

func TestManText(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"paragraphs", "One\ntwo.\n\nThree.\n", "One\ntwo.\n.PP\nThree.\n"},
		{"what is indented stands as it is", "By\n\n  # a\n  b\n\n  c\n\nthen.", "By\n.PP\n.EX\n  # a\n  b\n\\&\n  c\n.EE\n.PP\nthen.\n"},
		{"what is indented to the end", "  a", ".EX\n  a\n.EE\n"},
		{"what roff would take for its own", ".TH\n'quoted' -a \\n", "\\&.TH\n\\&'quoted' \\-a \\en\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			manText(&b, tt.text)
			if diff := cmp.Diff(tt.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManFlag(t *testing.T) {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.StringP("level", "l", "must", "from which `level`")
	flags.Bool("quiet", false, "say less")
	flags.Int("most", 0, "")
	flags.String("secret", "", "")
	if err := flags.MarkHidden("secret"); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ flag, want string }{
		{"level", ".TP\n\\fB\\-l\\fP, \\fB\\-\\-level\\fP \\fIlevel\\fP\nfrom which level (default must)\n"},
		{"quiet", ".TP\n\\fB\\-\\-quiet\\fP\nsay less\n"},
		{"most", ".TP\n\\fB\\-\\-most\\fP \\fIint\\fP\n\n"},
		{"secret", ""},
	}
	for _, tt := range tests {
		t.Run(tt.flag, func(t *testing.T) {
			var b bytes.Buffer
			manFlag(&b, flags.Lookup(tt.flag))
			if diff := cmp.Diff(tt.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
