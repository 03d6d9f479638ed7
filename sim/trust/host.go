package trust

import (
	"crypto/x509"
	"net"
	"strconv"
	"strings"
)

// matchHost looks for host among the alternative names. RFC 9525, Section 6, as
// crypto/x509 reads it: names that are no host names must match exactly.
func matchHost(c *x509.Certificate, host string) (bool, string) {
	literal := host
	if len(host) >= 3 && host[0] == '[' && host[len(host)-1] == ']' {
		literal = host[1 : len(host)-1]
	}
	if ip := net.ParseIP(literal); ip != nil {
		for _, have := range c.IPAddresses {
			if ip.Equal(have) {
				return true, "The address is among the alternative names."
			}
		}
		return false, "None of its " + plural(len(c.IPAddresses), "address is ", "addresses is ") + visible(literal) + "."
	}
	name := lower(host)
	isName := hostname(strings.TrimSuffix(name, "."), false)
	for _, have := range c.DNSNames {
		if isName && hostname(have, true) {
			if matchPattern(lower(have), strings.TrimSuffix(name, ".")) {
				return true, "It matches the alternative name " + visible(have) + "."
			}
		} else if have != "" && have != "." && lower(have) == name && name != "." {
			return true, "It is the alternative name " + visible(have) + ", letter by letter."
		}
	}
	if len(c.DNSNames) == 0 {
		if c.Subject.CommonName != "" && lower(c.Subject.CommonName) == name {
			return false, "It has no alternative names, and the common name does not count."
		}
		return false, "It has no host names among its alternative names."
	}
	const most = 10
	shown := visible(strings.Join(c.DNSNames[:min(most, len(c.DNSNames))], ", "))
	if n := len(c.DNSNames) - most; n > 0 {
		shown += " and " + strconv.Itoa(n) + " more"
	}
	return false, "It is for " + shown + ", not for " + visible(host) + "."
}

// matchPattern compares label by label; a star stands for the first.
func matchPattern(pattern, name string) bool {
	if rest, ok := strings.CutPrefix(pattern, "*."); ok {
		_, name, ok = strings.Cut(name, ".")
		return ok && rest == name
	}
	return pattern == name
}

// hostname tells whether s is one, with a star for its first label in a pattern.
func hostname(s string, pattern bool) bool {
	if s == "" || s == "*" {
		return false
	}
	for i, label := range strings.Split(s, ".") {
		if label == "" || label[0] == '-' {
			return false
		}
		if pattern && i == 0 && label == "*" {
			continue
		}
		for _, c := range []byte(label) {
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return false
			}
		}
	}
	return true
}

// lower lowers ASCII letters alone.
func lower(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
