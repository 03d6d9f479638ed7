package trust

import (
	"crypto/x509"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"tlsplay/sim/asn1view"
)

func visible(s string) string { return asn1view.Visible(shorten(s)) }

func words(err error) string { return visible(err.Error()) }

// shorten bounds what is quoted of names.
func shorten(s string) string {
	if len(s) > 500 {
		return s[:500] + "…"
	}
	return s
}

// constraints checks all alternative names of each certificate against the name
// constraints of each above it. Cost is linear in names and constraints, but for
// the number of labels.
func constraints(chain []link) (ok bool, at int, reason string) {
	var sets []*nameSet
	for i := len(chain) - 1; i >= 0; i-- {
		c := chain[i]
		if len(sets) > 0 && extension(c.Certificate, "2.5.29.17") != nil {
			if problem := checkNames(c.Certificate, sets); problem != "" {
				return false, c.at, problem
			}
		}
		if extension(c.Certificate, "2.5.29.30") != nil {
			sets = append(sets, newNameSet(c.Certificate))
		}
	}
	if len(sets) == 0 {
		return true, -1, "No authority of the path is limited to some names."
	}
	return true, -1, "All names lie within what the authorities above them may sign."
}

// checkNames says what is wrong with the names of c, or nothing.
func checkNames(c *x509.Certificate, sets []*nameSet) string {
	hosts := make([]string, len(c.URIs))
	for i, u := range c.URIs {
		host, problem := uriHost(u)
		if problem != "" {
			return problem
		}
		hosts[i] = host
	}
	mailboxes := make([]mailbox, len(c.EmailAddresses))
	for i, e := range c.EmailAddresses {
		m, ok := parseMailbox(e)
		if !ok {
			return "The mail address " + visible(e) + " can't be compared with name constraints."
		}
		mailboxes[i] = m
	}
	for _, d := range c.DNSNames {
		if !comparable(d) {
			return "The host name " + visible(d) + " can't be compared with name constraints."
		}
	}
	for _, s := range sets {
		for _, ip := range c.IPAddresses {
			if p := judge(s.permittedIP != nil, s.permittedIP.has(ip), s.excludedIP.has(ip)); p != "" {
				return "The address " + ip.String() + p + s.name + "."
			}
		}
		for _, d := range c.DNSNames {
			if p := judge(s.permittedDNS != nil, s.permittedDNS.has(d, false), s.excludedDNS.has(d, true)); p != "" {
				return "The host name " + visible(d) + p + s.name + "."
			}
		}
		for i, h := range hosts {
			if p := judge(s.permittedURI != nil, s.permittedURI.has(h, false), s.excludedURI.has(h, true)); p != "" {
				return "The URI " + visible(c.URIs[i].String()) + p + s.name + "."
			}
		}
		for i, m := range mailboxes {
			if p := judge(s.permittedMail != nil, s.permittedMail.hasMailbox(m, false), s.excludedMail.hasMailbox(m, true)); p != "" {
				return "The mail address " + visible(c.EmailAddresses[i]) + p + s.name + "."
			}
		}
	}
	return ""
}

func judge(limited, permitted, excluded bool) string {
	switch {
	case limited && !permitted:
		return " is not among those that may be signed by "
	case excluded:
		return " is excluded by "
	}
	return ""
}

// nameSet is the name constraints of one authority. A nil part sets none.
type nameSet struct {
	name                                                                              string
	permittedDNS, excludedDNS, permittedURI, excludedURI, permittedMail, excludedMail *domains
	permittedIP, excludedIP                                                           networks
}

func newNameSet(c *x509.Certificate) *nameSet {
	return &nameSet{
		name:         visible(c.Subject.String()),
		permittedDNS: newDomains(c.PermittedDNSDomains), excludedDNS: newDomains(c.ExcludedDNSDomains),
		permittedURI: newDomains(c.PermittedURIDomains), excludedURI: newDomains(c.ExcludedURIDomains),
		permittedMail: newDomains(c.PermittedEmailAddresses), excludedMail: newDomains(c.ExcludedEmailAddresses),
		permittedIP: newNetworks(c.PermittedIPRanges), excludedIP: newNetworks(c.ExcludedIPRanges),
	}
}

// domains is a set of domains, ready for many names.
type domains struct {
	all       bool
	set       map[string]bool
	lengths   map[int]bool    // of those in set
	siblings  map[string]bool // ".example.com" for "www.example.com", which *.example.com covers
	mailboxes map[mailbox]bool
}

func newDomains(list []string) *domains {
	if len(list) == 0 {
		return nil
	}
	d := &domains{set: map[string]bool{}, lengths: map[int]bool{}, siblings: map[string]bool{}, mailboxes: map[mailbox]bool{}}
	for _, s := range list {
		if strings.Contains(s, "@") {
			if m, ok := parseMailbox(s); ok {
				d.mailboxes[m] = true
			}
			continue
		}
		s = lower(s)
		d.all = d.all || s == ""
		d.set[s], d.lengths[len(s)] = true, true
		if i := strings.IndexByte(s, '.'); i >= 0 {
			d.siblings[s[i:]] = true
		}
	}
	return d
}

// has tells whether the name lies in a domain of the set: is it, or ends in it
// at a dot. A domain that begins with a dot holds what is below it alone. To
// exclude, a wildcard counts as every name that it covers.
func (d *domains) has(name string, excluding bool) bool {
	if d == nil {
		return false
	}
	if d.all {
		return true
	}
	name = lower(name)
	if d.lengths[len(name)] && d.set[name] {
		return true
	}
	for i := range len(name) {
		if name[i] == '.' && (d.lengths[len(name)-i] && d.set[name[i:]] || d.lengths[len(name)-i-1] && d.set[name[i+1:]]) {
			return true
		}
	}
	if i := strings.IndexByte(name, '.'); excluding && i >= 0 && name[0] == '*' {
		return d.siblings[name[i:]]
	}
	return false
}

func (d *domains) hasMailbox(m mailbox, excluding bool) bool {
	return d != nil && (d.mailboxes[m] || d.has(m.domain, excluding))
}

// networks is IP networks: the addresses of each size of prefix.
type networks map[int]map[netip.Prefix]bool

func newNetworks(list []*net.IPNet) networks {
	if len(list) == 0 {
		return nil
	}
	n := networks{}
	for _, w := range list {
		a, _ := netip.AddrFromSlice(w.IP)
		ones, _ := w.Mask.Size()
		p := netip.PrefixFrom(a, ones).Masked()
		if n[ones] == nil {
			n[ones] = map[netip.Prefix]bool{}
		}
		n[ones][p] = true
	}
	return n
}

func (n networks) has(ip net.IP) bool {
	a, _ := netip.AddrFromSlice(ip)
	for ones, set := range n {
		if p, err := a.Prefix(ones); err == nil && set[p] {
			return true
		}
	}
	return false
}

// comparable tells whether a domain can be compared: printable labels of 63
// bytes at most, none of them empty, no dot at the end.
func comparable(s string) bool {
	if s == "" {
		return true
	}
	if s[len(s)-1] == '.' {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if len(label) > 63 || label == "" {
			return false
		}
	}
	return !strings.ContainsFunc(s, func(c rune) bool { return c < 33 || c > 126 })
}

// uriHost is the host of a URI, which must be a name. RFC 5280, Section 4.2.1.10.
func uriHost(u *url.URL) (host, problem string) {
	host = strings.ToLower(u.Host)
	if host == "" {
		return "", "The URI " + visible(u.String()) + " has no host to compare with name constraints."
	}
	if strings.Contains(host, ":") && !strings.HasSuffix(host, "]") {
		var err error
		if host, _, err = net.SplitHostPort(u.Host); err != nil {
			return "", "The URI " + visible(u.String()) + " has no readable host."
		}
	}
	if _, err := netip.ParseAddr(host); err == nil || strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		return "", "The URI " + visible(u.String()) + " has an address for its host, which can't be compared with name constraints."
	}
	if !comparable(host) {
		return "", "The URI " + visible(u.String()) + " has no readable host."
	}
	return host, ""
}

// mailbox is a mail address: RFC 2821, Section 4.1.2, without its source routes.
type mailbox struct{ local, domain string }

func parseMailbox(s string) (m mailbox, ok bool) {
	var local []byte
	quoted := s != "" && s[0] == '"'
	i := 0
	if quoted {
		i = 1
	}
	for ; ; i++ {
		if i >= len(s) {
			return m, false
		}
		c := s[i]
		switch {
		case quoted && c == '"':
		case quoted && c == '\\':
			if i++; i >= len(s) || s[i] == 0 || s[i] == 10 || s[i] == 13 || s[i] > 127 {
				return m, false
			}
			local = append(local, s[i])
			continue
		case quoted && c != 0 && c != 9 && c != 10 && c != 13 && c < 128:
			local = append(local, c)
			continue
		case quoted:
			return m, false
		case c == '\\':
			if i++; i >= len(s) {
				return m, false
			}
			local = append(local, s[i])
			continue
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$%&'*+-/=?^_`{|}~.", c) >= 0:
			local = append(local, c)
			continue
		}
		break
	}
	if quoted {
		i++
	} else if l := string(local); l == "" || l[0] == '.' || l[len(l)-1] == '.' || strings.Contains(l, "..") {
		return m, false
	}
	if i >= len(s) || s[i] != '@' {
		return m, false
	}
	domain := s[i+1:]
	if !comparable(domain) {
		return m, false
	}
	return mailbox{string(local), strings.ToLower(domain)}, true
}
