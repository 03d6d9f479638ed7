package asn1view

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxText bounds what is shown of a string, in bytes.
const maxText = 1024

// text is bytes of no known character set, safe to show.
func text(b []byte) string { return Visible(cut(string(b[:min(len(b), maxText+1)]))) }

// cut bounds s at a character.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	n := maxText
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + " …"
}

// decodeString is the value of a character string type. TeletexString is read
// as Latin-1, as is common. It bounds what it decodes.
func decodeString(tag int, b []byte) (s string, ok bool) {
	if tag == tagUTF8String {
		return string(b), utf8.Valid(b)
	}
	b = b[:min(len(b), 4*maxText+4)]
	width := 1 // bytes of a character
	switch tag {
	case tagNumeric, tagPrintable, tagIA5, tagVisible:
		for _, c := range b {
			if c >= 0x80 || tag == tagPrintable && !printable(c) || tag == tagNumeric && c != ' ' && (c < '0' || c > '9') {
				return "", false
			}
		}
		return string(b), true
	case tagT61, tagGeneral, 21, 25:
	case tagBMP:
		width = 2
	case tagUniversalStr:
		width = 4
	default:
		return "", false
	}
	var out strings.Builder
	for i := 0; i+width <= len(b); i += width {
		c := rune(0)
		for _, x := range b[i : i+width] {
			c = c<<8 | rune(x)
		}
		out.WriteRune(c)
	}
	return out.String(), len(b)%width == 0
}

// printable: X.680, Section 41.4, and the star and the ampersand, which are met
// in certificates and read by everyone.
func printable(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(" '()+,-./:=?*&", c) >= 0
}

// Visible makes what could hide, reorder or pass for nothing in s visible:
// control characters as their pictures (␀), what else does not print as its
// number (⟨U+202E⟩), a byte that is no UTF-8 as ⟨0xff⟩. What looks like such a
// mark is itself replaced, so that none can be forged.
func Visible(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i, c := range s {
		switch {
		case c == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			b.WriteString("⟨0x" + strconv.FormatUint(uint64(s[i]), 16) + "⟩")
		case c < ' ':
			b.WriteRune(0x2400 + c)
		case c == 0x7f:
			b.WriteRune('␡')
		case Hidden(c) || c == '⟨' || c == '⟩' || c >= 0x2400 && c <= 0x2426:
			b.WriteString("⟨U+")
			for shift := 20; shift >= 0; shift -= 4 {
				if digit := c >> shift; digit > 0 || shift < 16 {
					b.WriteByte("0123456789ABCDEF"[digit&15])
				}
			}
			b.WriteString("⟩")
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// Hidden tells whether a character can't be seen, or moves others: control,
// format and bidirectional characters, spaces other than the common one, blank
// letters, variation selectors, private use, and what is not assigned.
func Hidden(c rune) bool {
	switch {
	case !strconv.IsPrint(c):
		return true
	case c == 0x34f, c == 0x115f, c == 0x1160, c == 0x17b4, c == 0x17b5, c == 0x2800, c == 0x3164, c == 0xffa0:
		return true // grapheme joiner, fillers, Khmer inherent vowels, blank Braille
	case c >= 0x180b && c <= 0x180f, c >= 0xfe00 && c <= 0xfe0f, c >= 0xe0100 && c <= 0xe01ef:
		return true // variation selectors
	}
	return false
}
