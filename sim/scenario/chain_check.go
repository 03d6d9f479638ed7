package scenario

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const (
	maxDays       = 36_500 // a hundred years: the clock stays among the years that certificates can say
	maxCommonName = 64     // RFC 5280, Appendix A.1, ub-common-name
	maxNames      = 100
	maxSent       = 10
	maxPathLength = 100
)

// checkChain checks the edits of an end's certificates, each by itself and then
// those that have to go together.
func checkChain(c *checker, knob string, texts []string, p Plan) {
	seen := map[string]bool{}
	for _, text := range texts {
		e := split(text)
		fix := e.fix()
		switch {
		case fix != "":
		case e.String() != text:
			fix = "write it as " + clip(e.String())
		case seen[e.Of+e.Field]:
			fix = "edit a field once"
		case e.Of == "second" && p.Intermediates() != 2:
			fix = `there is no second intermediate: add the edit "chain intermediates 2"`
		}
		if fix != "" {
			c.fail(knob, text, fix)
			return
		}
		seen[e.Of+e.Field] = true
	}
	for _, text := range texts {
		e := split(text)
		if e.Field == "path-length" && len(e.Values) > 0 && !p.Is(e.Of, "ca", "yes") {
			c.fail(knob, text, "only a CA has a path length (RFC 5280, Section 4.2.1.9): leave it away, or let ca be yes")
		}
	}
	for _, of := range p.Get("chain", "sends") {
		if i := slices.Index(Links, of); of != "leaf" && i > p.Intermediates() {
			c.fail(knob, Edit{"chain", "sends", p.Get("chain", "sends")}.String(), "there is no such certificate with "+strconv.Itoa(p.Intermediates())+" intermediates: send others")
		}
	}
}

// fix is what to do about an edit that nothing can be made of, or empty.
func (e Edit) fix() string {
	fields := Fields(e.Of)
	switch {
	case fields == nil:
		return "write whose field, which and what it says, such as: leaf names shop.example; begin with " + oneOf(append([]string{"chain"}, Links...))
	case !slices.Contains(fields, e.Field):
		return "of " + e.Of + " edit " + oneOf(fields)
	}
	one := func(of []string) string {
		if len(e.Values) != 1 || !slices.Contains(of, e.Values[0]) {
			return "use " + oneOf(of)
		}
		return ""
	}
	some := func(of []string) string {
		for i, v := range e.Values {
			if !slices.Contains(of, v) || slices.Contains(e.Values[:i], v) {
				return "use any of " + strings.Join(of, ", ") + ", each once, or none"
			}
		}
		return ""
	}
	between := func(least, most int) string {
		if len(e.Values) == 1 {
			if n, err := strconv.Atoi(e.Values[0]); err == nil && n >= least && n <= most && strconv.Itoa(n) == e.Values[0] {
				return ""
			}
		}
		return "use a whole number from " + strconv.Itoa(least) + " to " + strconv.Itoa(most)
	}
	switch e.Field {
	case "subject":
		name := strings.Join(e.Values, " ")
		if len(name) > maxCommonName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
			return "use a name of at most " + strconv.Itoa(maxCommonName) + " bytes that can be seen, or none"
		}
	case "names", "permitted", "excluded":
		if len(e.Values) > maxNames {
			return "list at most " + strconv.Itoa(maxNames)
		}
		for _, v := range e.Values {
			if fix := fixName(v, e.Field != "names"); fix != "" {
				return fix + ", not " + clip(v)
			}
		}
	case "not-before", "not-after":
		if fix := between(-maxDays, maxDays); fix != "" {
			return fix + ": days from the run's clock"
		}
	case "key-usage":
		return some(KeyUsages)
	case "ext-key-usage":
		return some(ExtKeyUsages)
	case "ca":
		return one(CAs)
	case "must-staple", "trusted":
		return one(YesNo)
	case "key":
		return one(AuthorityKeys)
	case "intermediates":
		return between(0, 2)
	case "path-length":
		if fix := between(0, maxPathLength); fix != "" && len(e.Values) > 0 {
			return fix + ", or nothing"
		}
	case "sends":
		if len(e.Values) == 0 || len(e.Values) > maxSent || slices.ContainsFunc(e.Values, func(v string) bool { return !slices.Contains(Links, v) }) {
			return "send 1 to " + strconv.Itoa(maxSent) + " of " + strings.Join(Links, ", ")
		}
	}
	return ""
}

// Kinds of names, as OpenSSL calls them.
const (
	DNS   = "DNS"
	IP    = "IP"
	Email = "email"
	URI   = "URI"
)

// GeneralName tells of what kind a name is (RFC 5280, Section 4.2.1.6) and what
// it says without the word for that.
func GeneralName(text string) (kind, name string) {
	if kind, name, ok := strings.Cut(text, ":"); ok && (kind == DNS || kind == IP || kind == Email || kind == URI) {
		return kind, name
	}
	address, _, _ := strings.Cut(text, "/")
	switch {
	case strings.Contains(text, "://"):
		kind = URI
	case strings.Contains(text, "@"):
		kind = Email
	case net.ParseIP(address) != nil:
		kind = IP
	default:
		kind = DNS
	}
	return kind, text
}

// fixName is what to do about a name, or a part of the space of names, that
// can't be in a certificate.
func fixName(text string, space bool) string {
	kind, name := GeneralName(text)
	domain := name
	if space {
		domain = strings.TrimPrefix(name, ".")
	}
	user, host, isAddress := strings.Cut(name, "@")
	ok := false
	switch kind {
	case DNS:
		plain := strings.NewReplacer("*", "x", "_", "x").Replace(domain)
		if ok = validHost(plain) && (!space || plain == domain); !ok && space {
			return "use a domain such as shop.example, a range of addresses such as 192.0.2.0/24, email:shop.example or URI:shop.example"
		} else if !ok {
			return "use a DNS name such as *.shop.example, an IP address, an e-mail address or a URI"
		}
	case IP:
		if ok = net.ParseIP(name) != nil; space {
			_, _, err := net.ParseCIDR(name)
			ok = err == nil
		}
		if !ok && space {
			return "use a range of IP addresses such as 192.0.2.0/24"
		} else if !ok {
			return "use an IP address such as 192.0.2.7"
		}
	case Email:
		if ok = isAddress && len(user) <= 64 && validHost(strings.ReplaceAll(user, "_", "x")) && validHost(host) || space && !isAddress && validHost(domain); !ok {
			return "use an e-mail address such as alex@visitor.example"
		}
	case URI:
		if space {
			ok = validHost(domain)
		} else if u, err := url.Parse(name); err == nil && len(name) <= maxHost {
			ok = u.Scheme != "" && validHost(u.Hostname()) && u.String() == name && !strings.ContainsFunc(name, func(r rune) bool { return r > '~' })
		}
		if !ok {
			return "use a URI with a host, such as https://shop.example/"
		}
	}
	return ""
}
