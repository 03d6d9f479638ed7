package scenario

import (
	"slices"
	"strconv"
	"strings"
)

// Edit is one field of one of an end's certificates, or of its chain as a whole,
// in another way than usual. Its text, which is what a scenario holds, is whose
// field, which, and what it says, divided by spaces:
//
//	leaf subject Alex Visitor                        the common name, which may be empty
//	leaf names *.shop.example 192.0.2.7 a@b.example  a subjectAltName of each kind; IP, email, URI or DNS and
//	                                                 a colon before one tells its kind; none is no extension
//	leaf not-before -10                              in days from the run's clock
//	leaf not-after 80
//	leaf key-usage digitalSignature                  KeyUsages; none is no extension
//	leaf ext-key-usage serverAuth                    ExtKeyUsages; none is no extension
//	leaf ca no                                       of CAs: what basicConstraints says, if it is there at all
//	leaf must-staple yes                             the TLS feature status_request (RFC 7633)
//	intermediate path-length 0                       none is no bound
//	intermediate permitted shop.example 192.0.2.0/24 name constraints; kinds as in names
//	intermediate excluded pay.shop.example
//	intermediate key rsa-2048                        of AuthorityKeys
//	root trusted no                                  by the end that verifies
//	chain intermediates 2                            how many: with 2 there is one called second, beneath intermediate
//	chain sends leaf intermediate root               which certificates, in that order
//
// The fields are those of RFC 5280, Section 4.
type Edit struct {
	Of     string   // leaf, second, intermediate, root or chain
	Field  string   // one of Fields(Of)
	Values []string // without spaces in them
}

// What the words of an Edit may be.
var (
	Links         = []string{"root", "intermediate", "second", "leaf"} // of a chain, from the root down
	KeyUsages     = []string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}
	ExtKeyUsages  = []string{"anyExtendedKeyUsage", "serverAuth", "clientAuth", "codeSigning", "emailProtection", "timeStamping", "OCSPSigning"}
	AuthorityKeys = []string{"ecdsa-p256", "rsa-2048", "ed25519"}
	CAs           = []string{"yes", "no", "absent"}
	YesNo         = []string{"yes", "no"}
)

// Fields is what of a certificate of that name, or of "chain", can be edited.
func Fields(of string) []string {
	const authority = "not-before not-after key-usage ext-key-usage ca path-length permitted excluded"
	switch of {
	case "leaf":
		return strings.Fields("subject names not-before not-after key-usage ext-key-usage ca must-staple")
	case "root":
		return strings.Fields("subject key " + authority + " trusted")
	case "intermediate":
		return strings.Fields("subject key " + authority)
	case "second":
		return strings.Fields("subject " + authority)
	case "chain":
		return strings.Fields("intermediates sends")
	}
	return nil
}

// String is the edit's text.
func (e Edit) String() string {
	return strings.Join(append([]string{e.Of, e.Field}, e.Values...), " ")
}

// split is an edit's text in words, whatever they say.
func split(text string) (e Edit) {
	if words := strings.Fields(text); len(words) > 1 {
		e = Edit{words[0], words[1], words[2:]}
	}
	return e
}

// edits is those of a text of ours, a line each.
func edits(text string) (all []Edit) {
	for _, line := range strings.Split(text, "\n") {
		if e := split(line); e.Of != "" {
			all = append(all, e)
		}
	}
	return all
}

// Plan is what an end's certificates say: Usual has every field of every one,
// Changes what a fault and a scenario make of it, the last the strongest.
type Plan struct{ Usual, Changes []Edit }

// NewPlan is a plan for an end whose key is of a kind of Certificates and, if it
// is the server, for its names. Faults that are not of a field leave it alone.
func NewPlan(client bool, kind string, names []string, fault string, own []string) Plan {
	authority := kind // larger keys have none of their own: each would add some kB to the page
	switch kind {
	case "ecdsa-p384", "ecdsa-p521":
		authority = "ecdsa-p256"
	case "rsa-3072", "rsa-4096":
		authority = "rsa-2048"
	}
	host, as := "", ""
	if len(names) > 0 {
		host = names[0]
		if kind, _ := GeneralName(host); kind != DNS {
			as = DNS + ":" // whatever it looks like: that it then does not hold is worth a look
		}
	}
	leaf := "leaf subject " + host + "\nleaf names " + as + strings.Join(names, " ") + "\nleaf ext-key-usage serverAuth\nleaf key-usage digitalSignature"
	switch {
	case client:
		leaf = "leaf subject Alex Visitor\nleaf names alex@visitor.example\nleaf ext-key-usage clientAuth\nleaf key-usage digitalSignature"
	case authority == "rsa-2048":
		leaf += " keyEncipherment" // for static RSA
	}
	p := Plan{Usual: edits(leaf + "\nroot key " + authority + "\nintermediate key " + authority + usual)}
	if _, lines, ok := strings.Cut(faultEdits, "\n= "+fault+"\n"); ok && fault != "" {
		lines, _, _ = strings.Cut(lines, "\n=")
		p.Changes = edits(strings.ReplaceAll(lines, "HOST", host))
	}
	for _, text := range own {
		p.Changes = append(p.Changes, split(text))
	}
	return p
}

// usual is what does not depend on the end, its key or its names.
const usual = `
root subject Playground Root CA
root not-before -1095
root not-after 6205
root key-usage keyCertSign cRLSign
root ca yes
root trusted yes
intermediate subject Playground Issuing CA 1
intermediate not-before -365
intermediate not-after 3285
intermediate key-usage digitalSignature keyCertSign cRLSign
intermediate ext-key-usage serverAuth clientAuth
intermediate ca yes
intermediate path-length 0
second subject Playground Department CA
second not-before -365
second not-after 3285
second key ecdsa-p256
second key-usage digitalSignature keyCertSign cRLSign
second ext-key-usage serverAuth clientAuth
second ca yes
second path-length 0
leaf not-before -10
leaf not-after 80
leaf ca no
leaf must-staple no
chain intermediates 1
`

// faultEdits is the faults that are nothing but what fields say.
const faultEdits = `
= expired
leaf not-before -100
leaf not-after -10
= not-yet-valid
leaf not-before 80
leaf not-after 170
= wrong-host
leaf names other.HOST
= wildcard-too-deep
leaf names *.HOST
= common-name-only
leaf names
= wrong-usage
leaf ext-key-usage codeSigning
= unknown-root
root trusted no
= missing-intermediate
chain sends leaf
= self-signed
chain sends leaf
= wrong-order
chain sends intermediate leaf
= intermediate-not-ca
intermediate ca no
intermediate key-usage digitalSignature
= name-constraint
intermediate permitted elsewhere.example
= path-length
chain intermediates 2
`

// Plan is what the certificates of the client or the server say.
func (s Scenario) Plan(client bool) Plan {
	if client {
		kind := s.Client.Certificate
		if kind == "" { // it has none: the server still has its authority's root
			kind = s.Certificate
		}
		return NewPlan(true, kind, nil, s.Client.Fault, s.Client.Chain)
	}
	return NewPlan(false, s.Certificate, s.Names(), s.Fault, s.Server.Chain)
}

// Get is what a field says.
func (p Plan) Get(of, field string) []string {
	for _, from := range [][]Edit{p.Changes, p.Usual} {
		for i := len(from) - 1; i >= 0; i-- {
			if from[i].Of == of && from[i].Field == field {
				return from[i].Values
			}
		}
	}
	switch { // what follows from others
	case field == "sends" && p.Intermediates() == 0:
		return []string{"leaf"}
	case field == "sends" && p.Intermediates() == 2:
		return []string{"leaf", "second", "intermediate"}
	case field == "sends":
		return []string{"leaf", "intermediate"}
	}
	return nil
}

// Is tells whether a field says nothing but that one word.
func (p Plan) Is(of, field, value string) bool {
	v := p.Get(of, field)
	return len(v) == 1 && v[0] == value
}

// Number is what a field with a number says, if it says one.
func (p Plan) Number(of, field string) (n int, ok bool) {
	if v := p.Get(of, field); len(v) == 1 {
		n, err := strconv.Atoi(v[0])
		return n, err == nil
	}
	return 0, false
}

// Intermediates is how many there are.
func (p Plan) Intermediates() int {
	if n, ok := p.Number("chain", "intermediates"); ok && n >= 0 && n <= 2 {
		return n
	}
	return 1
}

// Issuer is the name of the certificate whose key signs that one.
func (p Plan) Issuer(of string) string {
	switch of {
	case "leaf":
		return []string{"root", "intermediate", "second"}[p.Intermediates()]
	case "second":
		return "intermediate"
	}
	return "root"
}

// Remade tells whether something of a certificate itself is changed.
func (p Plan) Remade(of string) bool {
	return slices.ContainsFunc(p.Changes, func(e Edit) bool { return e.Of == of && e.Field != "trusted" && e.Field != "key" })
}

// Edit takes an edit, given as its text, into the scenario in place of what it
// had for that field. What a field says without it is no edit. Whether what it
// says can be made is for Check to tell.
func (s *Scenario) Edit(client bool, text string) {
	e, chain := split(text), &s.Server.Chain
	if client {
		chain = &s.Client.Chain
	}
	before, after := []string(nil), []string(nil)
	for _, text := range *chain {
		switch old := place(split(text)) - place(e); {
		case old < 0:
			before = append(before, text)
		case old > 0:
			after = append(after, text)
		}
	}
	*chain = slices.Concat(before, after)
	if !slices.Equal(s.Plan(client).Get(e.Of, e.Field), e.Values) {
		*chain = slices.Concat(before, []string{e.String()}, after)
	}
}

// place orders edits as the parts and their fields are listed.
func place(e Edit) int {
	return 100*slices.Index(Links, e.Of) + slices.Index(Fields(e.Of), e.Field)
}
