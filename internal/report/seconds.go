package report

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// Times are written as decimals of whole numbers: strconv takes three times as long for a float.

// microseconds returns seconds in whole microseconds. A time that went backwards is none, and none is longer than 30,000 years.
func microseconds(seconds float64) int64 {
	if math.IsNaN(seconds) {
		return 0
	}
	return int64(math.Round(min(max(seconds, 0), 1e12) * 1e6))
}

// appendSeconds appends seconds with six decimals and no exponent; readers of decimals know none.
func appendSeconds(dst []byte, micros int64) []byte {
	return appendFraction(strconv.AppendInt(dst, micros/1e6, 10), micros%1e6, 6)
}

// appendDuration is appendSeconds for a duration. A time that went backwards is none.
func appendDuration(dst []byte, d time.Duration) []byte {
	return appendSeconds(dst, max(0, d).Round(time.Microsecond).Microseconds())
}

// appendFraction appends a dot and n with this many digits.
func appendFraction(dst []byte, n int64, digits int) []byte {
	from := len(dst)
	dst = append(dst, ".000000000"[:1+digits]...)
	for i := from + digits; n > 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return dst
}

// trimFraction takes the zeros off the end of a decimal, and the dot where nothing is left behind it.
func trimFraction(decimal []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimRight(decimal, "0"), []byte("."))
}

// clock writes times. It remembers the last second: thousands of exchanges begin in each.
type clock struct {
	second int64
	text   []byte
}

// append appends a time as time.RFC3339Nano has it, in UTC.
func (c *clock) append(dst []byte, t time.Time) []byte {
	if second := t.Unix(); second != c.second || len(c.text) == 0 {
		c.second, c.text = second, t.UTC().AppendFormat(c.text[:0], time.DateOnly+"T"+time.TimeOnly)
	}
	dst = append(dst, c.text...)
	if nanoseconds := t.Nanosecond(); nanoseconds > 0 {
		dst = trimFraction(appendFraction(dst, int64(nanoseconds), 9))
	}
	return append(dst, 'Z')
}
