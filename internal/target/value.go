package target

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-e125e033/conform/internal/schema"
)

// Value is a good value of a parameter and what is known about it.
type Value struct {
	Good     string   // as text, not yet percent-encoded
	From     *From    // or: taken from the answer of another operation
	Format   string   // see Formats; empty: any text
	OneOf    []string // the only values allowed, where there are such
	Required bool     // query parameters only
	Absent   bool     // query parameters only: known, but not in the good request
	Unknown  string   // a well-formed value that does not exist; empty: conform makes one from Format

	Minimum, Maximum json.Number // of an integer or number, itself allowed; empty: none is known
}

// Values are parameters, sorted by name. An operation has one or two: maps of so few took half of what a large target held.
type Values []Parameter

// Parameter is a value with its name.
type Parameter struct {
	Name string
	Value
}

// Get returns the value of a name, and whether there is one.
func (vs Values) Get(name string) (Value, bool) {
	for i := range vs {
		if vs[i].Name == name {
			return vs[i].Value, true
		}
	}
	return Value{}, false
}

// sorted sorts the parameters by name.
func (vs Values) sorted() Values {
	slices.SortFunc(vs, func(a, b Parameter) int { return strings.Compare(a.Name, b.Name) })
	return vs
}

// Outside reports whether a number is below the minimum or above the maximum. A text that JSON has no number for is neither.
func (v Value) Outside(text string) bool {
	if v.Minimum == "" && v.Maximum == "" {
		return false // most have no range, and most texts are no numbers: to find that out takes longer than all else
	}
	n := rational(text)
	least, most := rational(v.Minimum.String()), rational(v.Maximum.String())
	return n != nil && (least != nil && n.Cmp(least) < 0 || most != nil && n.Cmp(most) > 0)
}

// rational returns a number, nil for a text that is none or one too large to compute with.
func rational(text string) *big.Rat {
	value, err := schema.JSON([]byte(text))
	if _, isNumber := value.(json.Number); err != nil || !isNumber {
		return nil
	}
	n, _ := new(big.Rat).SetString(text) // what JSON takes for a number it takes too
	return n
}

// From is a value in the answer to another operation's good request.
type From struct {
	Operation string
	Pointer   string
}

// Formats are the formats that Value and Operation.Formats know.
var Formats = []string{"uuid", "uuid4", "uuid5", "uuid7", "integer", "number", "boolean", "date", "date-time", "uri", "email", "digest"}

// text returns the good value as it is sent: a sample for one that another operation's answer will give.
func (v Value) text() string {
	if v.From != nil {
		return v.From.Sample(v.Format)
	}
	return v.Good
}

// Sample returns what stands for the value until the other operation has answered: well-formed for the format, and
// the same in every run.
func (f From) Sample(format string) string {
	if s := made(format, "sample", f.Operation+f.Pointer); s != "" {
		return s
	}
	return "sample-" + digest(f.Operation + f.Pointer)[:8]
}

// Unknown returns a well-formed value that does not exist: the user's, or one made from the format and the seed, the same for
// the same seed. It is empty where the format does not tell what is well-formed (none, boolean), and where what is made is out of range.
func Unknown(v Value, seed string) string {
	if v.Unknown != "" {
		return v.Unknown
	}
	unknown := made(v.Format, "unknown", seed)
	if v.Outside(unknown) {
		return ""
	}
	return unknown
}

// made returns a value of a format; empty where there is none to make.
func made(format, word, seed string) string {
	sum := digest(word + " " + seed)
	switch format {
	case "uuid", "uuid4":
		return version(sum, '4')
	case "uuid5":
		return version(sum, '5')
	case "uuid7":
		return version(sum, '7')
	case "integer", "number":
		n, err := strconv.ParseUint(sum[:8], 16, 64)
		if err != nil {
			panic(err) // digest is hexadecimal
		}
		return strconv.FormatUint(900_000_000+n%100_000_000, 10) // nine digits fit every integer type
	case "date":
		return farOff(word)
	case "date-time":
		return farOff(word) + "T23:59:59Z"
	case "uri":
		return "https://" + word + ".invalid/" + sum[:8] // RFC 2606, section 2: no such host can exist
	case "email":
		return word + "-" + sum[:8] + "@example.invalid"
	case "digest":
		return "sha256:" + sum
	}
	return ""
}

// farOff returns a day that no data has. A sample's is another than an unknown value's, or that would be taken for the sample.
func farOff(word string) string {
	if word == "sample" {
		return "9998-12-31"
	}
	return "9999-12-31"
}

func digest(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return hex.EncodeToString(sum[:])
}

// version makes a UUID of a version (RFC 9562, section 4) of hexadecimal digits.
func version(digits string, v byte) string {
	b := []byte(digits[:32])
	b[12] = v
	b[16] = "89ab"[b[16]%4]
	return string(b[:8]) + "-" + string(b[8:12]) + "-" + string(b[12:16]) + "-" + string(b[16:20]) + "-" + string(b[20:])
}

// digestForm returns the pattern of a digest of the OCI image specification: algorithm and encoded hash. Few runs need it.
var digestForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$`)
})

// uuidVersion returns the digit that is the version of a UUID (RFC 9562, section 4), and whether the text is one.
func uuidVersion(text string) (version string, ok bool) {
	if len(text) != 36 {
		return "", false
	}
	for i := range len(text) {
		switch i {
		case 8, 13, 18, 23:
			ok = text[i] == '-'
		default:
			ok = isHex(text[i])
		}
		if !ok {
			return "", false
		}
	}
	return text[14:15], true
}

// Fits tells how text is not of a format; nil if it is, or if the format is empty.
func Fits(format, text string) error {
	ok := true
	switch format {
	case "uuid":
		_, ok = uuidVersion(text)
	case "uuid4", "uuid5", "uuid7":
		version, isUUID := uuidVersion(text)
		ok = isUUID && version == format[len("uuid"):]
	case "integer":
		digits := strings.TrimPrefix(text, "-")
		ok = digits != "" && strings.Trim(digits, "0123456789") == ""
	case "number":
		_, err := strconv.ParseFloat(text, 64)
		ok = err == nil
	case "boolean":
		ok = text == "true" || text == "false"
	case "date":
		_, err := time.Parse(time.DateOnly, text)
		ok = err == nil
	case "date-time":
		_, err := time.Parse(time.RFC3339, text)
		ok = err == nil
	case "uri":
		u, err := url.Parse(text)
		ok = err == nil && u.Scheme != ""
	case "email":
		address, err := mail.ParseAddress(text)
		ok = err == nil && address.Address == text
	case "digest":
		ok = digestForm().MatchString(text)
	}
	if ok {
		return nil
	}
	return fmt.Errorf("%q is not of the format %s", text, format)
}
