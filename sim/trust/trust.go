// Package trust shows how certificates are verified: how paths from a
// certificate to a trusted root are built, each check with its result, and which
// one stopped a path. It follows RFC 5280, Section 6, as crypto/x509 does, in the
// same order, so that its verdict is the same; signatures, policies and name
// constraints are checked by crypto/x509 itself. OCSP responses (ocsp.go) and
// certificate timestamps (sct.go) are checked besides: they do not change it.
package trust

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"slices"
	"strconv"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

// Options is what a verifier goes by.
type Options struct {
	By       trace.Side
	Roots    []*x509.Certificate // trusted
	Host     string              // the name or address that was asked for; empty checks none
	Time     time.Time
	Usages   []x509.ExtKeyUsage // one of which must be allowed; none means serverAuth
	Policies []x509.OID         // one of which must be valid where policies are required; none means any

	// What came beside the certificates: OCSP responses as DER, and signed
	// certificate timestamps about the leaf. Logs is the keys of the logs that are
	// known, as SubjectPublicKeyInfo.
	OCSP, SCTs, Logs [][]byte
}

// maxAttempts is how many candidates for an issuer crypto/x509 tries in all.
const maxAttempts = 100

// A check has a FieldID, under which its explanation is filed, and a source.
type check struct {
	id   trace.FieldID
	rule string
}

var (
	checkReadable    = &check{"trust.readable", "RFC 5280, Section 4.1"}
	checkCritical    = &check{"trust.critical_extensions", "RFC 5280, Section 4.2"}
	checkValidity    = &check{"trust.validity", "RFC 5280, Section 6.1.3"}
	checkHost        = &check{"trust.host_name", "RFC 9525, Section 6"}
	checkTrusted     = &check{"trust.trusted", "RFC 5280, Section 6.1"}
	checkIssuer      = &check{"trust.issuer", "RFC 5280, Section 6.1.3"}
	checkLoop        = &check{"trust.loop", "RFC 4158, Section 2.4.2"}
	checkKey         = &check{"trust.key", "RFC 5280, Section 6.1.4"}
	checkLimit       = &check{"trust.limit", "RFC 4158, Section 2.4"}
	checkBasic       = &check{"trust.basic_constraints", "RFC 5280, Section 4.2.1.9"}
	checkKeyUsage    = &check{"trust.key_usage", "RFC 5280, Section 4.2.1.3"}
	checkSignature   = &check{"trust.signature", "RFC 5280, Section 6.1.3"}
	checkPathLength  = &check{"trust.path_length", "RFC 5280, Section 4.2.1.9"}
	checkPolicies    = &check{"trust.policies", "RFC 9618, Section 5"}
	checkUsage       = &check{"trust.extended_key_usage", "RFC 5280, Section 4.2.1.12"}
	checkConstraints = &check{"trust.name_constraints", "RFC 5280, Section 4.2.1.10"}
)

// FieldIDs lists the IDs of all checks, sorted.
func FieldIDs() []trace.FieldID {
	var ids []trace.FieldID
	for _, c := range []*check{
		checkReadable, checkCritical, checkValidity, checkHost, checkTrusted, checkIssuer, checkLoop, checkKey, checkLimit,
		checkBasic, checkKeyUsage, checkSignature, checkPathLength, checkPolicies, checkUsage, checkConstraints,
		checkResponse, checkAbout, checkResponder, checkResponseSignature, checkUpdate, checkStatus,
		checkLog, checkTimestamp, checkLogSignature,
	} {
		ids = append(ids, c.id)
	}
	slices.Sort(ids)
	return ids
}

// Verify judges the certificates that a peer sent, its own first. It never
// fails: what can't be read is a step that did.
func Verify(sent [][]byte, o Options) *trace.Verification {
	if len(o.Usages) == 0 {
		o.Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	v := &verifier{Options: o, index: map[string]int{}, out: &trace.Verification{By: o.By, Host: o.Host, Time: o.Time}}
	for _, u := range o.Usages {
		v.out.Usages = append(v.out.Usages, u.String())
	}
	if v.read(sent) && v.judgeLeaf() {
		v.buildAll()
	}
	v.verdict()
	v.statements()
	return v.out
}

type verifier struct {
	Options
	out           *trace.Verification
	sent          []*x509.Certificate
	roots, others pool
	index         map[string]int // of a certificate in out.Certificates, by its bytes
	attempts      int
	stopped       bool // at the limit
}

// pool is certificates by their subject, each once.
type pool map[string][]*x509.Certificate

func (p pool) add(c *x509.Certificate) {
	same := func(d *x509.Certificate) bool { return bytes.Equal(c.Raw, d.Raw) }
	if !slices.ContainsFunc(p[string(c.RawSubject)], same) {
		p[string(c.RawSubject)] = append(p[string(c.RawSubject)], c)
	}
}

// issuers is what could have issued c, the likeliest first: with the key
// identifier that c names, with none where it can't be told, with another.
func (p pool) issuers(c *x509.Certificate) []*x509.Certificate {
	var match, unknown, differ []*x509.Certificate
	for _, d := range p[string(c.RawIssuer)] {
		switch {
		case bytes.Equal(d.SubjectKeyId, c.AuthorityKeyId):
			match = append(match, d)
		case len(d.SubjectKeyId) == 0 || len(c.AuthorityKeyId) == 0:
			unknown = append(unknown, d)
		default:
			differ = append(differ, d)
		}
	}
	return slices.Concat(match, unknown, differ)
}

// read parses what was sent and lists all that takes part.
func (v *verifier) read(sent [][]byte) bool {
	v.roots, v.others = pool{}, pool{}
	role, ok := "leaf", len(sent) > 0
	if !ok {
		v.out.Steps = append(v.out.Steps, step(checkReadable, -1, -1, false, "No certificate was sent."))
	}
	for i, der := range sent {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			v.out.Steps = append(v.out.Steps, step(checkReadable, i, -1, false, words(err)))
			v.party(der, "", role)
			role, ok = "intermediate", false
			continue
		}
		v.party(der, c.Subject.String(), role)
		v.sent = append(v.sent, c)
		if role == "intermediate" {
			v.others.add(c)
		}
		role = "intermediate"
	}
	for _, c := range v.Roots {
		v.roots.add(c)
		if _, known := v.index["root"+string(c.Raw)]; !known {
			v.party(c.Raw, c.Subject.String(), "root")
		}
	}
	if ok {
		v.out.Steps = append(v.out.Steps, step(checkReadable, 0, -1, true, "All of what was sent can be read."))
	}
	return ok
}

func (v *verifier) party(der []byte, name, role string) {
	sum := sha256.Sum256(der)
	key := "sent" + string(der)
	if role == "root" {
		key = "root" + string(der)
	}
	if _, known := v.index[key]; !known {
		v.index[key] = len(v.out.Certificates)
	}
	v.out.Certificates = append(v.out.Certificates, trace.Party{Name: visible(name), Role: role, SHA256: sum[:]})
}

// of is the place of c in the list of certificates.
func (v *verifier) of(c *x509.Certificate, root bool) int {
	if root {
		return v.index["root"+string(c.Raw)]
	}
	return v.index["sent"+string(c.Raw)]
}

func step(c *check, certificate, issuer int, ok bool, reason string) *trace.Step {
	return &trace.Step{Check: c.id, Certificate: certificate, Issuer: issuer, OK: ok, Reason: reason, Rule: c.rule}
}

// judgeLeaf makes the checks that no issuer is needed for.
func (v *verifier) judgeLeaf() bool {
	leaf := v.sent[0]
	v.out.Steps = append(v.out.Steps, v.valid(leaf, 0, nil, false)...)
	if failed(v.out.Steps) {
		return false
	}
	if v.Host != "" {
		ok, reason := matchHost(leaf, v.Host)
		v.out.Steps = append(v.out.Steps, step(checkHost, 0, -1, ok, reason))
	}
	return !failed(v.out.Steps)
}

func visible(s string) string {
	if len(s) > 500 {
		s = s[:500] + "…" // a character that is cut is made visible, too
	}
	return asn1view.Visible(s)
}

func words(err error) string { return visible(err.Error()) }

func failed(steps []*trace.Step) bool { return len(steps) > 0 && !steps[len(steps)-1].OK }

// valid makes the checks on c alone, above the certificates of chain. It ends
// with the first that fails.
func (v *verifier) valid(c *x509.Certificate, at int, chain []link, root bool) []*trace.Step {
	var steps []*trace.Step
	add := func(k *check, ok bool, reason string) bool {
		steps = append(steps, step(k, at, -1, ok, reason))
		return ok
	}
	if ok, reason := criticalExtensions(c); !add(checkCritical, ok, reason) {
		return steps
	}
	if ok, reason := validity(c, v.Time); !add(checkValidity, ok, reason) {
		return steps
	}
	if len(chain) == 0 {
		return steps
	}
	// A trust anchor may be of version 1, without basic constraints; see authority.
	if !root && !(c.BasicConstraintsValid && c.IsCA) {
		add(checkBasic, false, "It was sent, so it must say that it is an authority, and it does not.")
		return steps
	}
	below := len(chain) - 1
	switch {
	case !c.BasicConstraintsValid || c.MaxPathLen < 0:
		add(checkPathLength, true, "It sets no limit to the authorities below it.")
	default:
		add(checkPathLength, below <= c.MaxPathLen, "It allows "+plural(c.MaxPathLen, "authority", "authorities")+" below it, and has "+strconv.Itoa(below)+".")
	}
	return steps
}

// link is a certificate in a path.
type link struct {
	*x509.Certificate
	at int
}

// buildAll looks for paths from the leaf.
func (v *verifier) buildAll() {
	leaf := link{v.sent[0], 0}
	for _, root := range v.Roots {
		if bytes.Equal(root.Raw, leaf.Raw) {
			v.finish([]link{leaf}, []*trace.Step{step(checkTrusted, 0, v.of(root, true), true, "It is itself among the trusted roots.")})
			return
		}
	}
	v.build([]link{leaf}, nil)
}

// build tries every candidate for the issuer of the last one in the chain: the
// trusted first.
func (v *verifier) build(chain []link, steps []*trace.Step) {
	child := chain[len(chain)-1]
	roots, others := v.roots.issuers(child.Certificate), v.others.issuers(child.Certificate)
	if len(roots)+len(others) == 0 {
		v.record(chain, append(steps, step(checkIssuer, child.at, -1, false,
			"Nobody by the name of its issuer, "+visible(child.Issuer.String())+", is trusted or was sent.")), false)
		return
	}
	for _, c := range roots {
		v.try(chain, steps, link{c, v.of(c, true)}, true)
	}
	for _, c := range others {
		v.try(chain, steps, link{c, v.of(c, false)}, false)
	}
}

// try takes c for the issuer of the last one in the chain.
func (v *verifier) try(chain []link, steps []*trace.Step, c link, root bool) {
	if v.stopped {
		return
	}
	child, next := chain[len(chain)-1], append(slices.Clone(chain), c)
	steps = slices.Clone(steps)
	if v.attempts++; v.attempts > maxAttempts {
		v.stopped = true
		v.record(next, append(steps, step(checkLimit, child.at, c.at, false, "Given up after "+strconv.Itoa(maxAttempts)+" candidates.")), false)
		return
	}
	where := "Sent along, with the name of the issuer."
	if root {
		where = "Trusted, with the name of the issuer."
	}
	if len(child.AuthorityKeyId) > 0 && bytes.Equal(child.AuthorityKeyId, c.SubjectKeyId) {
		where = where[:len(where)-1] + " and its key identifier."
	}
	steps = append(steps, step(checkIssuer, child.at, c.at, true, where))
	steps = append(steps, v.issued(child, c, chain)...)
	if !failed(steps) {
		steps = append(steps, v.valid(c.Certificate, c.at, chain, root)...)
	}
	switch {
	case failed(steps):
		v.record(next, steps, false)
	case root:
		v.finish(next, append(steps, step(checkTrusted, c.at, -1, true, "It is among the trusted roots, so its own signature does not matter.")))
	default:
		v.build(next, steps)
	}
}

// issued checks whether c may have signed child, and did.
func (v *verifier) issued(child, c link, chain []link) []*trace.Step {
	var steps []*trace.Step
	add := func(k *check, ok bool, reason string) bool {
		steps = append(steps, step(k, c.at, -1, ok, reason))
		return ok
	}
	if c.PublicKey == nil {
		add(checkKey, false, "Its key is of a kind that crypto/x509 does not know.")
		return steps
	}
	if inChain(c.Certificate, chain) {
		add(checkLoop, false, "The path already has this name with this key.")
		return steps
	}
	if ok, reason := authority(c.Certificate); !add(checkBasic, ok, reason) {
		return steps
	}
	if ok, reason := maySign(c.Certificate); !add(checkKeyUsage, ok, reason) {
		return steps
	}
	return append(steps, v.signature(child, c))
}

// finish makes the checks on a path that reached a root.
func (v *verifier) finish(chain []link, steps []*trace.Step) {
	last := chain[len(chain)-1].at
	for _, check := range []struct {
		*check
		look func([]link) (ok bool, at int, reason string)
	}{
		{checkPolicies, v.policies},
		{checkUsage, v.usages},
		{checkConstraints, v.names},
	} {
		ok, at, reason := check.look(chain)
		if at < 0 {
			at = last
		}
		steps = append(steps, step(check.check, at, -1, ok, reason))
		if !ok {
			break
		}
	}
	v.record(chain, steps, !failed(steps))
}

func (v *verifier) record(chain []link, steps []*trace.Step, ok bool) {
	p := &trace.Path{Steps: slices.Clone(steps), OK: ok}
	for _, c := range chain {
		p.Certificates = append(p.Certificates, c.at)
	}
	v.out.Paths = append(v.out.Paths, p)
}

// verdict asks crypto/x509.
func (v *verifier) verdict() {
	found := slices.ContainsFunc(v.out.Paths, func(p *trace.Path) bool { return p.OK })
	if !v.out.Steps[len(v.out.Steps)-1].OK || len(v.sent) == 0 {
		found = false
	}
	if unreadable(v.out.Steps) {
		for _, s := range v.out.Steps {
			if !s.OK {
				v.out.Error, v.out.Agrees = s.Reason, !found
				return
			}
		}
	}
	o := x509.VerifyOptions{
		DNSName: v.Host, Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: v.Time,
		KeyUsages: v.Usages, CertificatePolicies: v.Policies,
	}
	for _, c := range v.Roots {
		o.Roots.AddCert(c)
	}
	for _, c := range v.sent[1:] {
		o.Intermediates.AddCert(c)
	}
	_, err := v.sent[0].Verify(o)
	v.out.OK = err == nil
	if err != nil {
		v.out.Error = words(err)
	}
	v.out.Agrees = v.out.OK == found
}

func unreadable(steps []*trace.Step) bool {
	return slices.ContainsFunc(steps, func(s *trace.Step) bool { return s.Check == checkReadable.id && !s.OK })
}
