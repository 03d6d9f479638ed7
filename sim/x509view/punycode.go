package x509view

import (
	"strings"
	"unicode/utf8"

	"tlsplay/sim/asn1view"
)

// Host names in other than ASCII letters stand in certificates as labels that
// begin with "xn--". RFC 5890, Section 2.3.2.1.

// inUnicode adds to a host name how it reads.
func inUnicode(name string) string {
	if reads := decodeHost(name); reads != "" {
		return name + " (" + reads + ")"
	}
	return name
}

// decodeHost is how a host name with such labels reads, with what can't be seen
// made visible; empty if it has none, or one that is malformed.
func decodeHost(name string) string {
	const most = 253 // RFC 1035, Section 2.3.4
	if len(name) > most || !strings.Contains(strings.ToLower(name), "xn--") {
		return ""
	}
	labels, found := strings.Split(name, "."), false
	for i, label := range labels {
		if len(label) > 4 && strings.ToLower(label[:4]) == "xn--" {
			reads, ok := decodePunycode(label[4:])
			if !ok {
				return ""
			}
			labels[i], found = reads, true
		}
	}
	if !found {
		return ""
	}
	return asn1view.Visible(strings.Join(labels, "."))
}

// lookalike tells whether a letter is Greek or Cyrillic.
func lookalike(c rune) bool { return c >= 0x370 && c < 0x530 }

// decodePunycode is RFC 3492, Section 6.2, with the parameters of Section 5.
func decodePunycode(s string) (string, bool) {
	const base, tMin, tMax, skew, damp, initialBias, initialN = 36, 1, 26, 38, 700, 72, 128
	var out []rune
	if i := strings.LastIndexByte(s, '-'); i >= 0 {
		out, s = []rune(s[:i]), s[i+1:]
	}
	n, at, bias := initialN, 0, initialBias
	for len(s) > 0 {
		old, weight := at, 1
		for k := base; ; k += base {
			if s == "" {
				return "", false
			}
			digit := digitOf(s[0])
			s = s[1:]
			if digit < 0 {
				return "", false
			}
			at += digit * weight
			t := min(max(k-bias, tMin), tMax)
			if digit < t {
				break
			}
			if weight *= base - t; weight > utf8.MaxRune<<8 {
				return "", false
			}
		}
		delta := at - old
		if old == 0 {
			delta /= damp
		} else {
			delta /= 2
		}
		delta += delta / (len(out) + 1)
		k := 0
		for ; delta > (base-tMin)*tMax/2; k += base {
			delta /= base - tMin
		}
		bias = k + (base-tMin+1)*delta/(delta+skew)
		n += at / (len(out) + 1)
		at %= len(out) + 1
		if n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
			return "", false
		}
		out = append(out[:at], append([]rune{rune(n)}, out[at:]...)...)
		at++
	}
	return string(out), true
}

// digitOf is a digit of Punycode: a to z, then 0 to 9; -1 if it is none.
func digitOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return int(c - 'a')
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= '0' && c <= '9':
		return int(c-'0') + 26
	}
	return -1
}
