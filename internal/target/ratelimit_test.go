package target

import (
	"testing"
	"time"
)

func TestParseRateLimit(t *testing.T) {
	tests := []struct {
		text string
		want RateLimit
		err  string
	}{
		{"100/s", RateLimit{100, time.Second}, ""},
		{"600/m", RateLimit{600, time.Minute}, ""},
		{"100/10s", RateLimit{100, 10 * time.Second}, ""},
		{"1/1500ms", RateLimit{1, 1500 * time.Millisecond}, ""},
		{"100", RateLimit{}, `"100" is no limit: give requests and the time they are for, such as 100/s or 600/10m`},
		{"many/s", RateLimit{}, `"many/s" is no limit: give requests and the time they are for, such as 100/s or 600/10m`},
		{"100/h", RateLimit{}, `"h" is no time that a limit can be tried in: give one such as 10s, at most 10m`},
		{"100/0s", RateLimit{}, `"0s" is no time that a limit can be tried in: give one such as 10s, at most 10m`},
		{"100/1h", RateLimit{}, `"1h" is no time that a limit can be tried in: give one such as 10s, at most 10m`},
		{"0/s", RateLimit{}, "a limit of 0 requests is not tried: give 1 to 10000"},
		{"10001/s", RateLimit{}, "a limit of 10001 requests is not tried: give 1 to 10000"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := ParseRateLimit(tt.text)
			switch {
			case tt.err != "":
				if err == nil || err.Error() != tt.err {
					t.Errorf("got %v, want %s", err, tt.err)
				}
			case err != nil || *got != tt.want:
				t.Errorf("got %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestARateLimitStandsInTheFile(t *testing.T) {
	got, err := Load("conform.yaml", []byte("version: 1\nrate_limit: {requests: 20, within: 10s}\nallow_hosts: [\"*.example.com\"]\n"), Options{})
	if err != nil || got.RateLimit == nil || *got.RateLimit != (RateLimit{20, 10 * time.Second}) || len(got.AllowHosts) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := Load("conform.yaml", []byte("version: 1\nrate_limit: {requests: 20, within: ever}\n"), Options{}); err == nil {
		t.Error("want an error of a time that is none")
	}
}
