package scenario

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The form in a URL is for its fragment, and for people to read and write:
//
//	v1&version=1.2&client.alpn=h2,http/1.1&wire=server+3+flip+40+01
//
// It begins with the version of the form, which changes when old links would
// come to mean something else, and says what differs from Default, in the order
// and by the names of the JSON form, with a dot before what is nested. What
// stands in a list is divided by commas. Spaces are plus signs, and other
// characters that have a meaning here are percent-encoded (RFC 3986, Section
// 2.1).

const linkVersion = "v1"

// Fragment is the scenario's form in a URL. Pasted private keys are in it only
// withSecrets.
func (s Scenario) Fragment(withSecrets bool) string {
	out, stock := linkVersion, Default()
	for _, k := range knobs {
		if (withSecrets || !k.Secret) && k.get(&s) != k.get(&stock) {
			out += "&" + k.Name + "=" + k.text(&s)
		}
	}
	return out
}

// ParseFragment reads the form in a URL. The scenario that it returns is valid
// whatever the text: where the error tells of mistakes, it is the nearest that
// is, with the knobs in question left at their defaults.
func ParseFragment(text string) (Scenario, error) {
	s := Default()
	if text == "" {
		return s, nil
	}
	version, rest, _ := strings.Cut(text, "&")
	var mistakes []error
	if version != linkVersion {
		mistakes = append(mistakes, fmt.Errorf("scenario: a link of the form %q: this page reads %s, and took it for that", clip(version), linkVersion))
		if strings.Contains(version, "=") { // it names none
			rest = text
		}
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(rest, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		k, ok := find(name)
		switch {
		case !ok:
			mistakes = append(mistakes, fmt.Errorf("scenario: no knob is called %q: %s", clip(name), nearest(name)))
		case seen[name]:
			mistakes = append(mistakes, &FieldError{name, value, "give it once"})
		default:
			seen[name] = true
			if err := k.set(&s, value); err != nil {
				mistakes = append(mistakes, err)
			}
		}
	}
	d := Default()
	for range knobs {
		err := s.Check()
		bad, _ := err.(*FieldError)
		if bad == nil {
			return s, errors.Join(mistakes...)
		}
		mistakes = append(mistakes, err)
		if k, ok := find(bad.Field); ok && k.text(&s) != k.text(&d) {
			k.of(&s).Set(k.of(&d))
		} else {
			break // it is the default that does not go with another knob
		}
	}
	return Default(), errors.Join(mistakes...)
}

// nearest proposes the knob whose name begins or ends like a mistaken one.
func nearest(name string) string {
	best, length := knobs[0], -1
	for _, k := range knobs {
		n := 0
		for n < len(name) && n < len(k.Name) && name[n] == k.Name[n] {
			n++
		}
		m := 0
		for m < len(name)-n && m < len(k.Name)-n && name[len(name)-1-m] == k.Name[len(k.Name)-1-m] {
			m++
		}
		if n+m-max(len(k.Name)-len(name), len(name)-len(k.Name)) > length {
			best, length = k, n+m-max(len(k.Name)-len(name), len(name)-len(k.Name))
		}
	}
	return "is it " + best.Name + "?"
}

const upperHex = "0123456789ABCDEF"

// escape writes text for a link: what may stand in a URL's fragment stands for
// itself (RFC 3986, Section 3.5), but for the characters that have a meaning
// here or that are also special.
func escape(text, special string) string {
	var out strings.Builder
	for _, c := range []byte(text) {
		switch {
		case c == ' ':
			out.WriteByte('+')
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			strings.IndexByte("-._~!$'()*,;:@/?=", c) >= 0 && strings.IndexByte(special, c) < 0:
			out.WriteByte(c)
		default:
			out.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return out.String()
}

// unescape reads what escape writes, and characters that it would have encoded.
func unescape(text string) (string, error) {
	var out []byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '+':
			out = append(out, ' ')
		case '%':
			n, err := strconv.ParseUint(text[min(i+1, len(text)):min(i+3, len(text))], 16, 8)
			if err != nil || i+2 >= len(text) {
				return "", errors.New("write a percent sign as %25")
			}
			out = append(out, byte(n))
			i += 2
		default:
			out = append(out, c)
		}
	}
	if !utf8.Valid(out) {
		return "", errors.New("use UTF-8")
	}
	return string(out), nil
}
