package schema

// choice is what a value has to be by way of one of its members, as in {"if": {"properties": {"status": {"const": 400}}}, "then": {...}}.
type choice struct {
	member   string
	branches []branch
}

// branch is an "if" whose condition is about one member alone.
type branch struct{ member, then rule }

// rule is that of all branches. It looks for the member once: for 7 branches that is 0.15 us less of 0.55.
func (c *choice) rule(v Value) answer {
	member, there := v.Member(c.member)
	result := yes
	for _, b := range c.branches {
		holds := yes // also for what has no such member
		if there {
			holds = b.member(member)
		}
		switch holds {
		case yes:
			result = min(result, b.then(v))
		case unsure:
			result = min(result, unsure)
		}
	}
	return result
}

// allOf is the rule of all schemas of a list.
func (q *quick) allOf(sources []any) rule {
	var rules []rule
	choices := map[string]*choice{}
	for _, source := range sources {
		name, member, then, ok := chosen(source)
		if !ok {
			rules = append(rules, q.schema(source))
			continue
		}
		c := choices[name]
		if c == nil {
			c = &choice{member: name}
			choices[name] = c
			rules = append(rules, c.rule)
		}
		c.branches = append(c.branches, branch{q.schema(member), q.schema(then)})
	}
	return all(rules)
}

// chosen returns the one member that the "if" of a schema is about and the schema of that member, and its "then". It reports false where there is
// more to the schema.
func chosen(source any) (name string, member, then any, ok bool) {
	m, _ := source.(map[string]any)
	condition, _ := m["if"].(map[string]any)
	properties, _ := condition["properties"].(map[string]any)
	if len(m) != 2 || m["then"] == nil || len(condition) != 1 || len(properties) != 1 {
		return "", nil, nil, false
	}
	for name, member = range properties {
	}
	return name, member, m["then"], true
}
