package x509view

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

// maxListed bounds how many of a list are put into words; the tree has all.
const maxListed = 100

// list puts nodes into words, one after another.
func list(nodes []*trace.Node, words func(*trace.Node) string) string {
	var b strings.Builder
	for i, n := range nodes {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == maxListed {
			b.WriteString("… and " + strconv.Itoa(len(nodes)-i) + " more")
			break
		}
		b.WriteString(words(n))
	}
	return b.String()
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// span is a duration in the unit that fits.
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return count(int(d/(24*time.Hour)), "day")
	case d >= 2*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/time.Minute), "minute")
}

// quoted puts a name in quotation marks when it could pass for several, or for
// a kind that it isn't.
func quoted(s string) string {
	if strings.ContainsAny(s, `," `) {
		return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"`
	}
	return s
}

// oidValue is the name of an OBJECT IDENTIFIER's node, or its numbers.
func oidValue(n *trace.Node) string {
	number, name, ok := strings.Cut(strings.TrimSuffix(n.Value, ")"), " (")
	if ok {
		return name
	}
	return number
}

func purpose(n *trace.Node) string { return oidValue(n) }

// generalName is one name of RFC 5280, Section 4.2.1.6, with its kind where the
// name does not tell.
func (c *certificate) generalName(n *trace.Node) string {
	kind := n.ID.Name()
	if n.ID == "AccessDescription.accessLocation" || n.ID == "GeneralSubtree.base" {
		_, kind, _ = strings.Cut(n.Children[0].Value, " ")
	}
	switch kind {
	case "dNSName":
		return inUnicode(quoted(n.Value))
	case "rfc822Name", "uniformResourceIdentifier":
		return quoted(n.Value)
	case "iPAddress":
		return n.Value
	case "directoryName":
		return "directory name " + quoted(n.Value)
	case "otherName":
		value := ""
		if v := child(n, "OtherName.value"); v != nil {
			value = v.Value
		}
		return "other name " + n.Value + " " + quoted(value)
	case "registeredID":
		return "registered ID " + n.Value
	}
	return kind
}

func (c *certificate) generalNames(n *trace.Node) string {
	return list(asn1view.Elements(n), c.generalName)
}

// authority tells whether basic constraints say so, and what they say of the
// path: -1 is no limit.
func (c *certificate) authority() (isCA bool, pathLen string) {
	e := c.extension(oidBasicConstraints)
	if e == nil {
		return false, ""
	}
	if ca := child(e.value, "BasicConstraints.cA"); ca != nil {
		isCA = ca.Value == "TRUE"
	}
	if n := child(e.value, "BasicConstraints.pathLenConstraint"); n != nil {
		pathLen = n.Value
	}
	return isCA, pathLen
}

func (c *certificate) basicConstraints(*trace.Node) string {
	isCA, pathLen := c.authority()
	switch {
	case !isCA:
		return "not a certificate authority"
	case pathLen != "":
		return "certificate authority, at most " + pathLen + " further authorities below it"
	}
	return "certificate authority"
}

func (c *certificate) nameConstraints(n *trace.Node) string {
	subtrees := func(id trace.FieldID, word string) string {
		bases := list(elements(child(n, id)), func(s *trace.Node) string {
			base := child(s, "GeneralSubtree.base")
			if base == nil {
				return "?"
			}
			kind := "" // without one it is a host name
			switch _, is, _ := strings.Cut(base.Children[0].Value, " "); is {
			case "rfc822Name":
				kind = "mail at "
			case "uniformResourceIdentifier":
				kind = "URIs at "
			}
			return kind + c.generalName(base)
		})
		if bases == "" {
			return ""
		}
		return word + " " + bases
	}
	return join("; ", subtrees("NameConstraints.permittedSubtrees", "only"), subtrees("NameConstraints.excludedSubtrees", "never"))
}

// join strings together what is not empty.
func join(with string, parts ...string) string {
	out := ""
	for _, p := range parts {
		if out != "" && p != "" {
			out += with
		}
		out += p
	}
	return out
}

func (c *certificate) policies(n *trace.Node) string {
	return list(asn1view.Elements(n), func(p *trace.Node) string {
		notes := list(elements(child(p, "PolicyInformation.policyQualifiers")), func(q *trace.Node) string {
			v := child(q, "PolicyQualifierInfo.qualifier")
			if text := child(v, "UserNotice.explicitText"); text != nil {
				v = text
			}
			if v == nil {
				return q.Value
			}
			return quoted(v.Value)
		})
		if notes == "" {
			return p.Value
		}
		return p.Value + " (" + notes + ")"
	})
}

// signatureWords is the signature's size and how it begins.
func (c *certificate) signatureWords() string {
	b := c.bytes(c.signature)
	if len(b) < 2 {
		return ""
	}
	b = b[1:] // the unused bits
	return count(len(b), "byte") + ", " + hex.EncodeToString(b[:min(len(b), 16)]) + "…"
}

func (c *certificate) mappings(n *trace.Node) string {
	return list(asn1view.Elements(n), func(m *trace.Node) string {
		from, to := child(m, "PolicyMapping.issuerDomainPolicy"), child(m, "PolicyMapping.subjectDomainPolicy")
		if from == nil || to == nil {
			return "?"
		}
		return oidValue(from) + " is " + oidValue(to)
	})
}

// settings is the fields of a SEQUENCE by name.
func (c *certificate) settings(n *trace.Node) string {
	return list(asn1view.Elements(n), func(m *trace.Node) string { return m.ID.Name() + " " + m.Value })
}

func (c *certificate) accesses(n *trace.Node) string {
	return list(asn1view.Elements(n), func(a *trace.Node) string {
		if at := child(a, "AccessDescription.accessLocation"); at != nil {
			return a.Value + " " + c.generalName(at)
		}
		return a.Value
	})
}

func (c *certificate) points(n *trace.Node) string {
	return list(asn1view.Elements(n), func(p *trace.Node) string {
		name := child(p, "DistributionPoint.distributionPoint")
		where := list(elements(child(name, "DistributionPointName.fullName")), c.generalName)
		if relative := child(name, "DistributionPointName.nameRelativeToCRLIssuer"); relative != nil {
			where = "relative to the issuer " + list(elements(relative), func(m *trace.Node) string { return m.Value })
		}
		if by := elements(child(p, "DistributionPoint.cRLIssuer")); len(by) > 0 {
			where = join(" ", where, "issued by "+list(by, c.generalName))
		}
		if reasons := child(p, "DistributionPoint.reasons"); reasons != nil {
			where = join(" ", where, "for "+reasons.Value)
		}
		return where
	})
}

// features: the TLS extensions that a server must answer with. RFC 7633, Section
// 4.1.
func features(n *trace.Node) string {
	return list(asn1view.Elements(n), func(m *trace.Node) string {
		switch m.Value {
		case "5":
			return "status_request (must staple)"
		case "17":
			return "status_request_v2 (must staple)"
		}
		return "extension " + m.Value
	})
}

// scts counts the timestamps and says when they were given.
func (c *certificate) scts(n *trace.Node) string {
	var times []*trace.Node
	n.Walk(func(m *trace.Node) bool {
		if m.ID == "sct.timestamp" {
			times = append(times, m)
		}
		return len(times) < maxListed
	})
	return join(": ", n.Value, list(times, func(m *trace.Node) string { return m.Value }))
}

func (c *certificate) authorityKey(n *trace.Node) string {
	id, serial := "", ""
	if k := child(n, "AuthorityKeyIdentifier.keyIdentifier"); k != nil {
		id = k.Value
	}
	if s := child(n, "AuthorityKeyIdentifier.authorityCertSerialNumber"); s != nil {
		serial = "serial number " + s.Value
	}
	issuer := list(elements(child(n, "AuthorityKeyIdentifier.authorityCertIssuer")), c.generalName)
	return join(", ", id, issuer, serial)
}

// describe is an extension without a field of its own, as ASN.1.
func (e extension) describe() string {
	name := e.oid
	if n := asn1view.OIDName(e.oid); n != "" {
		name = n + " (" + e.oid + ")"
	}
	if e.critical {
		name += ", critical"
	}
	if e.value == nil {
		if v := child(e.node, "Extension.extnValue"); v != nil {
			return join(": ", name, v.Value)
		}
		return name
	}
	return name + ": " + asn1view.Notation(e.value)
}

// algorithmName is an AlgorithmIdentifier in words, with the hash of RSASSA-PSS.
func algorithmName(n *trace.Node) string {
	if n == nil {
		return ""
	}
	if hash := child(child(n, "AlgorithmIdentifier.parameters"), "RSASSA-PSS-params.hashAlgorithm"); hash != nil {
		return n.Value + " with " + hash.Value
	}
	return n.Value
}
