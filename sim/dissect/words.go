package dissect

import (
	"encoding/hex"
	"strconv"
)

// shownBytes is how many bytes a value shows in hexadecimal; of more, it tells
// the count.
const shownBytes = 32

func count(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return strconv.Itoa(n) + " bytes"
}

func hexOrCount(b []byte) string {
	if len(b) > shownBytes {
		return count(len(b))
	}
	return hex.EncodeToString(b)
}

// quote shows text off the wire. Control characters, bidirectional overrides and
// all else outside ASCII are escaped.
func quote(b []byte) string { return strconv.QuoteToASCII(string(b)) }

// quoteShort is quote cut to n bytes.
func quoteShort(b []byte, n int) string {
	if len(b) > n {
		return quote(b[:n]) + "…"
	}
	return quote(b)
}
