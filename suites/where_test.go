package suites

import (
	"strings"
	"testing"
)

func TestWhereEveryProbeAppliesIsTold(t *testing.T) {
	known := map[string]bool{}
	for _, p := range Catalog {
		where := p.Where()
		if where == "" || strings.HasSuffix(where, ".") || !strings.Contains(where, "operation") && !strings.Contains(where, "the target as a whole") {
			t.Errorf("%s: suites/where.go says that it applies to %q: name operations or the target as a whole, and what they have to have", p.Name, where)
		}
		known[p.Name], known[p.Family()] = true, true
	}
	for name := range wheres {
		if !known[name] {
			t.Errorf("suites/where.go tells of %s, which is no probe or family", name)
		}
	}
}

// What is told is no promise that cases are made; it may not leave out a request of which some are.
func TestWhereAProbeAppliesLeavesNothingOut(t *testing.T) {
	lacks := map[string]func(Good) bool{
		"operations":         func(g Good) bool { return g.whole() },
		"with a body":        func(g Good) bool { return len(g.Request.Body) == 0 },
		"JSON body":          func(g Good) bool { return len(g.Request.Body) == 0 },
		"carry a credential": func(g Good) bool { return g.Credential == nil },
		"privileged":         func(g Good) bool { return !g.Operation.Privileged },
		"identifier in":      func(g Good) bool { return !strings.Contains(g.Operation.Path, "{") },
		"query parameter":    func(g Good) bool { return len(g.Operation.Query) == 0 },
		"only read":          func(g Good) bool { return g.Operation.Writes() },
		"create":             func(g Good) bool { return g.Request.Method == "GET" },
		"the target as a":    func(g Good) bool { return !g.whole() },
		"if its file says":   func(g Good) bool { return len(g.Provoke) == 0 },
	}
	without := append(goods(t), everyKind(t)...)
	for _, g := range goods(t) {
		if g.Credential != nil {
			g.Request = g.Credential.Remove(g.Request)
			g.Credential, g.Provoke = nil, nil
			without = append(without, g)
		}
	}
	for _, p := range Catalog {
		where, _, _ := strings.Cut(p.Where(), ";")
		if strings.Contains(where, "operation") && strings.Contains(where, "the target as a whole") {
			continue // two kinds of places: what one has to have, the other need not
		}
		for _, g := range without {
			cases, _ := p.Cases(g)
			if len(cases) == 0 {
				continue
			}
			for words, lack := range lacks {
				if strings.Contains(where, words) && lack(g) {
					t.Errorf("%s is told to apply to %s, and makes %d cases of %s", p.Name, where, len(cases), g.Operation.ID)
				}
			}
		}
	}
}
