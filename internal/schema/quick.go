package schema

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/xeipuuv/gojsonschema"
)

// Most values that are validated are valid, and gojsonschema takes 6 to 35 us to say so: it writes an error for every branch of
// an "if" that is not taken. What follows says it in 0.4 us, of the schemas and values that leave no room for doubt; all
// others, and whatever is wrong with a value, are for gojsonschema. A fuzz test holds the two to the same answers.

// answer is what a rule makes of a value.
type answer int8

const (
	no answer = iota - 1
	unsure
	yes
)

// rule is a schema, or a keyword of one, as a function.
type rule func(value Value) answer

func is(ok bool) answer {
	if ok {
		return yes
	}
	return no
}

// all is the rule that all rules hold.
func all(rules []rule) rule {
	if len(rules) == 1 {
		return rules[0]
	}
	return func(value Value) answer {
		result := yes
		for _, r := range rules {
			result = min(result, r(value))
			if result == no {
				break
			}
		}
		return result
	}
}

// quick builds the rules of a document whose schemas a guard has found sound.
type quick struct {
	guard    *guard
	rules    map[string]*rule // by place: references may be to what is still being built
	declined bool             // there is a keyword that has no rule
}

// rule returns the rule of the schema as a whole, nil where it has keywords that are left to gojsonschema.
func (g *guard) rule() rule {
	q := quick{guard: g, rules: map[string]*rule{}}
	r := q.at("")
	if q.declined {
		return nil
	}
	return *r
}

// at returns the rule of the schema at a place, perhaps before it is built.
func (q *quick) at(place string) *rule {
	r := q.rules[place]
	if r == nil {
		r = new(rule)
		q.rules[place] = r
		*r = q.schema(q.guard.seen[place])
	}
	return r
}

func (q *quick) schema(source any) rule {
	m, ok := source.(map[string]any)
	if !ok {
		return func(Value) answer { return is(source == true) }
	}
	var rules []rule
	members := false
	for name, value := range m {
		switch name {
		case "definitions", "then", "else":
		case "properties", "patternProperties", "additionalProperties":
			members = true
		default:
			rules = append(rules, q.keyword(name, value, m))
		}
	}
	if members {
		rules = append(rules, q.members(m))
	}
	return all(rules)
}

// keyword returns the rule of one keyword of a schema.
func (q *quick) keyword(name string, value any, of map[string]any) rule {
	switch name {
	case "$ref":
		r := q.at(destination(value.(string)))
		return func(v Value) answer { return (*r)(v) }
	case "type":
		return ofType(value)
	case "const":
		return constant(value)
	case "enum":
		var rules []rule
		for _, one := range value.([]any) {
			rules = append(rules, constant(one))
		}
		return anyOf(rules)
	case "required":
		return required(value.([]any))
	case "dependencies":
		return q.dependencies(value.(map[string]any))
	case "items":
		if _, several := value.([]any); !several && of["additionalItems"] == nil {
			return q.items(value)
		}
	case "minItems", "maxItems", "minLength", "maxLength":
		return within(name, value)
	case "minimum", "maximum":
		return bounded(name, value)
	case "pattern":
		pattern := regexp.MustCompile(value.(string)) // the guard has tried it
		return ofString(func(s []byte) answer { return is(pattern.Match(s)) })
	case "format":
		return ofFormat(value.(string))
	case "allOf":
		return q.allOf(value.([]any))
	case "anyOf":
		return anyOf(q.list(value))
	case "oneOf":
		return one(q.list(value))
	case "not":
		r := q.schema(value)
		return func(v Value) answer { return -r(v) }
	case "if":
		return q.branch(of)
	}
	q.declined = true
	return func(Value) answer { return unsure }
}

func (q *quick) list(sources any) []rule {
	var rules []rule
	for _, source := range sources.([]any) {
		rules = append(rules, q.schema(source))
	}
	return rules
}

// branch is the rule of "if", with "then" and "else".
func (q *quick) branch(of map[string]any) rule {
	always := func(Value) answer { return yes }
	condition, then, otherwise := q.schema(of["if"]), rule(always), rule(always)
	if of["then"] != nil {
		then = q.schema(of["then"])
	}
	if of["else"] != nil {
		otherwise = q.schema(of["else"])
	}
	return func(v Value) answer {
		switch condition(v) {
		case yes:
			return then(v)
		case no:
			return otherwise(v)
		}
		return unsure
	}
}

// anyOf is the rule that at least one rule holds.
func anyOf(rules []rule) rule {
	return func(v Value) answer {
		result := no
		for _, r := range rules {
			result = max(result, r(v))
		}
		return result
	}
}

// one is the rule that exactly one rule holds.
func one(rules []rule) rule {
	return func(v Value) answer {
		holds := 0
		for _, r := range rules {
			switch r(v) {
			case yes:
				holds++
			case unsure:
				return unsure
			}
		}
		return is(holds == 1)
	}
}

// members is the rule of an object's members: those that are named, those whose names match a pattern, and all others.
func (q *quick) members(of map[string]any) rule {
	named := map[string]rule{}
	sources, _ := of["properties"].(map[string]any)
	for name, source := range sources {
		named[name] = q.schema(source)
	}
	type matching struct {
		pattern *regexp.Regexp
		rule    rule
	}
	var matched []matching
	sources, _ = of["patternProperties"].(map[string]any)
	for pattern, source := range sources {
		matched = append(matched, matching{regexp.MustCompile(pattern), q.schema(source)}) // the guard has tried it
	}
	var other rule
	if of["additionalProperties"] != nil {
		other = q.schema(of["additionalProperties"])
	}
	if matched == nil && other == nil {
		return properties(named)
	}
	return func(v Value) answer {
		result := yes
		for name, member := range v.Members {
			r, known := named[string(name)]
			if known {
				result = min(result, r(member))
			}
			for _, m := range matched {
				if m.pattern.Match(name) {
					known = true
					result = min(result, m.rule(member))
				}
			}
			if !known && other != nil {
				result = min(result, other(member))
			}
		}
		return result
	}
}

// properties is the rule of members that are named, whatever others there are.
func properties(named map[string]rule) rule {
	type property struct {
		name string
		rule rule
	}
	var all []property
	for name, r := range named {
		all = append(all, property{name, r})
	}
	return func(v Value) answer {
		result := yes
		for _, p := range all {
			if member, there := v.Member(p.name); there {
				result = min(result, p.rule(member))
			}
		}
		return result
	}
}

// dependencies is the rule of what an object must be where it has a member: of a schema, or with other members.
func (q *quick) dependencies(of map[string]any) rule {
	rules := map[string]rule{}
	for name, source := range of {
		if names, ok := source.([]any); ok {
			rules[name] = required(names)
		} else {
			rules[name] = q.schema(source)
		}
	}
	return func(v Value) answer {
		result := yes
		for name, r := range rules {
			if _, there := v.Member(name); there {
				result = min(result, r(v))
			}
		}
		return result
	}
}

func (q *quick) items(source any) rule {
	r := q.schema(source)
	return func(v Value) answer {
		result := yes
		for item := range v.Items {
			result = min(result, r(item))
		}
		return result
	}
}

func required(list []any) rule {
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = name.(string)
	}
	return func(v Value) answer {
		if v.Type() != Object {
			return yes
		}
		for _, name := range names {
			if _, there := v.Member(name); !there {
				return no
			}
		}
		return yes
	}
}

func ofType(value any) rule {
	names, several := value.([]any)
	if !several {
		names = []any{value}
	}
	var types [Object + 1]bool
	for _, name := range names {
		switch name {
		case "null":
			types[Null] = true
		case "boolean":
			types[False], types[True] = true, true
		case "number":
			types[Number] = true
		case "string":
			types[String] = true
		case "array":
			types[Array] = true
		case "object":
			types[Object] = true
		}
	}
	integers := slices.Contains(names, "integer")
	return func(v Value) answer {
		switch {
		case types[v.Type()]:
			return yes
		case v.Type() != Number || !integers:
			return no
		case digits(v.Text()):
			return yes
		}
		return unsure // 1.0 is an integer
	}
}

// digits reports whether a number is written in the one way in which an integer is without point and exponent: -0 is not.
func digits[T json.Number | []byte](n T) bool {
	whole := n
	if len(n) > 0 && n[0] == '-' {
		whole = n[1:]
	}
	for i := range len(whole) {
		if whole[i] < '0' || whole[i] > '9' {
			return false
		}
	}
	return string(n) == "0" || len(whole) > 0 && whole[0] != '0'
}

// constant is the rule that the value is this one, if the two can be told apart by their text.
func constant(value any) rule {
	switch value := value.(type) {
	case nil:
		return func(v Value) answer { return is(v.Type() == Null) }
	case bool:
		return func(v Value) answer { return is(v.Type() == False && !value || v.Type() == True && value) }
	case string:
		return func(v Value) answer { return is(v.Type() == String && string(v.Text()) == value) }
	case json.Number:
		whole := digits(value)
		return func(v Value) answer {
			switch {
			case v.Type() != Number:
				return no
			case string(v.Text()) == string(value):
				return yes
			case whole && digits(v.Text()):
				return no
			}
			return unsure // 1.0 and 1 are equal, and so are -0 and 0
		}
	}
	return func(v Value) answer {
		if v.Type() == Array || v.Type() == Object {
			return unsure
		}
		return no
	}
}

// within is the rule of how many items or letters there are.
func within(name string, value any) rule {
	limit, _ := strconv.Atoi(string(value.(json.Number))) // the guard has tried it
	fits := func(n int) answer { return is(n <= limit) }
	if name == "minItems" || name == "minLength" {
		fits = func(n int) answer { return is(n >= limit) }
	}
	ofItems := name == "minItems" || name == "maxItems"
	return func(v Value) answer {
		switch {
		case ofItems && v.Type() == Array:
			return fits(v.Len())
		case !ofItems && v.Type() == String:
			return fits(utf8.RuneCount(v.Text()))
		}
		return yes
	}
}

// bounded is the rule of a least or a greatest number, of integers.
func bounded(name string, value any) rule {
	limit, err := strconv.ParseInt(string(value.(json.Number)), 10, 64)
	return func(v Value) answer {
		if v.Type() != Number {
			return yes
		}
		i, wrong := strconv.ParseInt(string(v.Text()), 10, 64)
		switch {
		case err != nil || wrong != nil:
			return unsure
		case name == "minimum":
			return is(i >= limit)
		}
		return is(i <= limit)
	}
}

func ofFormat(name string) rule {
	if !gojsonschema.FormatCheckers.Has(name) {
		return func(Value) answer { return yes }
	}
	text := ofString(func(s []byte) answer { return is(gojsonschema.FormatCheckers.IsFormat(name, string(s))) })
	return func(v Value) answer {
		if v.Type() == Number {
			return unsure
		}
		return text(v)
	}
}

// ofString is a rule of strings; other values keep it.
func ofString(holds func([]byte) answer) rule {
	return func(v Value) answer {
		if v.Type() != String {
			return yes
		}
		return holds(v.Text())
	}
}
