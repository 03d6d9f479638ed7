package x509view

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tlsplay/sim/trace"
)

// rule is one thing to look for. What an Error breaks makes clients refuse the
// certificate or its meaning doubtful; a Note may be meant so.
type rule struct {
	id     trace.FieldID
	source string
	look   func(l *looker)
}

// The documents of the CA/Browser Forum and on the encoding.
const baseline = "CA/Browser Forum Baseline Requirements, Section "

var rules = []rule{
	{"expired", "RFC 5280, Section 4.1.2.5", (*looker).expired},
	{"not_yet_valid", "RFC 5280, Section 4.1.2.5", (*looker).notYetValid},
	{"reversed_validity", "RFC 5280, Section 4.1.2.5", (*looker).reversed},
	{"weak_key", baseline + "6.1.5", (*looker).weakKey},
	{"unusual_key", baseline + "6.1.5", (*looker).unusualKey},
	{"bad_exponent", baseline + "6.1.6", (*looker).badExponent},
	{"weak_hash", baseline + "7.1.3.2", (*looker).weakHash},
	{"algorithm_mismatch", "RFC 5280, Section 4.1.1.2", (*looker).algorithmMismatch},
	{"no_subject_alt_name", "RFC 9525, Section 2", (*looker).noSAN},
	{"malformed_name", "RFC 5280, Section 4.2.1.6", (*looker).malformedName},
	{"lookalike_name", "Unicode Technical Standard 39, Section 4", (*looker).lookalikeName},
	{"hidden_characters", "Unicode Technical Report 36, Section 2.5", (*looker).hiddenCharacters},
	{"over_long_lifetime", baseline + "6.3.2", (*looker).overLong},
	{"no_basic_constraints", "RFC 5280, Section 4.2.1.9", (*looker).noBasicConstraints},
	{"constraints_not_critical", "RFC 5280, Section 4.2.1.9", (*looker).notCritical},
	{"path_length_without_ca", "RFC 5280, Section 4.2.1.9", (*looker).pathLengthWithoutCA},
	{"authority_without_cert_sign", "RFC 5280, Section 4.2.1.3", (*looker).authorityWithoutSign},
	{"wrong_key_usage", "RFC 5280, Section 4.2.1.3", (*looker).wrongKeyUsage},
	{"no_server_auth", "RFC 5280, Section 4.2.1.12", (*looker).noServerAuth},
	{"serial_not_positive", "RFC 5280, Section 4.1.2.2", (*looker).serialNotPositive},
	{"serial_too_long", "RFC 5280, Section 4.1.2.2", (*looker).serialTooLong},
	{"serial_too_short", baseline + "7.1", (*looker).serialTooShort},
	{"empty_issuer", "RFC 5280, Section 4.1.2.4", (*looker).emptyIssuer},
	{"empty_subject", "RFC 5280, Section 4.1.2.6", (*looker).emptySubject},
	{"no_key_identifier", "RFC 5280, Section 4.2.1.2", (*looker).noKeyIdentifier},
	{"wrong_version", "RFC 5280, Section 4.1.2.1", (*looker).wrongVersion},
	{"duplicate_extension", "RFC 5280, Section 4.2", (*looker).duplicateExtension},
	{"unknown_critical_extension", "RFC 5280, Section 4.2", (*looker).unknownCritical},
	{"wrong_time_form", "RFC 5280, Section 4.1.2.5", (*looker).wrongTimeForm},
	{"malformed", "RFC 5280, Section 4.1", (*looker).malformed},
}

// Findings is what is remarkable about a certificate that Read made, at clock,
// the gravest first.
func Findings(v *trace.Certificate, clock time.Time) []trace.Finding {
	c := parse(v)
	l := &looker{certificate: c, clock: clock, from: c.time(c.notBefore), to: c.time(c.notAfter), key: c.publicKey()}
	l.isCA, l.pathLen = c.authority()
	for _, l.rule = range rules {
		l.rule.look(l)
	}
	return append(l.errors, l.notes...)
}

// looker is a certificate and what was found of it.
type looker struct {
	*certificate
	clock, from, to time.Time
	key             key
	isCA            bool
	pathLen         string
	rule            rule
	errors, notes   []trace.Finding
}

func (l *looker) finding(s trace.Severity, at *trace.Node, text string) trace.Finding {
	if at == nil {
		at = l.root
	}
	return trace.Finding{ID: "finding." + l.rule.id, Severity: s, Text: text, Rule: l.rule.source, Offset: at.Off, Length: at.Len}
}

// wrong and note say what was found at a node, or of the whole.
func (l *looker) wrong(at *trace.Node, text string) {
	l.errors = append(l.errors, l.finding(trace.Error, at, text))
}

func (l *looker) note(at *trace.Node, text string) {
	l.notes = append(l.notes, l.finding(trace.Note, at, text))
}

// at is the node of an extension, or nil.
func (l *looker) at(oid string) *trace.Node {
	if e := l.extension(oid); e != nil {
		return e.node
	}
	return nil
}

func (l *looker) dated() bool { return !l.from.IsZero() && !l.to.IsZero() }

func (l *looker) expired() {
	if l.dated() && l.clock.After(l.to) {
		l.wrong(l.notAfter, "It expired "+span(l.clock.Sub(l.to))+" ago.")
	}
}

func (l *looker) notYetValid() {
	if l.dated() && l.clock.Before(l.from) {
		l.wrong(l.notBefore, "It is not valid for another "+span(l.from.Sub(l.clock))+".")
	}
}

func (l *looker) reversed() {
	if l.dated() && l.to.Before(l.from) {
		l.wrong(l.notAfter, "It ends before it begins.")
	}
}

func (l *looker) isRSA() bool {
	return l.key.algorithm == "rsaEncryption" || l.key.algorithm == "rsassaPss"
}

func (l *looker) weakKey() {
	switch {
	case l.isRSA() && l.key.bits < 2048:
		l.wrong(l.spki, "An RSA key of "+strconv.Itoa(l.key.bits)+" bits is too weak: at least 2048.")
	case l.key.algorithm == "dsa":
		l.wrong(l.spki, "DSA keys are no longer accepted.")
	case l.key.curve == "secp192r1":
		l.wrong(l.spki, "A curve of 192 bits is too weak: at least P-256.")
	}
}

func (l *looker) unusualKey() {
	switch {
	case l.isRSA() && l.key.bits > 8192:
		l.note(l.spki, "crypto/tls refuses RSA keys of more than 8192 bits.")
	case l.isRSA() && l.key.bits%8 != 0:
		l.note(l.spki, "The size of the RSA key is no multiple of 8 bits.")
	case l.key.algorithm == "ecPublicKey" && (l.key.curve == "secp256k1" || l.key.curve == "" || l.key.curve == "secp224r1"):
		l.note(l.spki, "Browsers accept P-256, P-384 and P-521 alone.")
	case l.key.algorithm == "Ed25519" || l.key.algorithm == "Ed448":
		l.note(l.spki, "No public CA may certify "+l.key.algorithm+" keys yet.")
	}
}

func (l *looker) badExponent() {
	switch e := l.key.exponent; {
	case !l.isRSA():
	case e == "1" || l.key.even:
		l.wrong(l.spki, "The RSA exponent "+e+" makes no usable key.")
	case len(e) < 5:
		l.note(l.spki, "The RSA exponent "+e+" is small: usual is 65537.")
	}
}

func (l *looker) weakHash() {
	for _, n := range []*trace.Node{l.outer} {
		name := strings.ToLower(algorithmName(n))
		for _, hash := range []string{"md2", "md5", "sha1"} {
			if strings.Contains(name, hash) && !strings.Contains(name, "rsassapss") {
				if bytes.Equal(l.bytes(l.issuer), l.bytes(l.subject)) {
					l.note(n, "Signed with "+strings.ToUpper(hash)+", but by itself, where nobody checks it.")
				} else {
					l.wrong(n, "Signed with "+strings.ToUpper(hash)+", for which forgeries can be made.")
				}
			}
		}
	}
}

func (l *looker) algorithmMismatch() {
	if l.inner != nil && l.outer != nil && !bytes.Equal(l.bytes(l.inner), l.bytes(l.outer)) {
		l.wrong(l.outer, "The signature algorithm here is not the one that was signed: "+algorithmName(l.outer)+", and inside "+algorithmName(l.inner)+".")
	}
}

// serves tells whether the certificate is one for a TLS server, as far as it
// says.
func (l *looker) serves() bool {
	e := l.extension(oidExtKeyUsage)
	return !l.isCA && (e == nil || l.has(e.value, "serverAuth") || l.has(e.value, "anyExtendedKeyUsage"))
}

func (l *looker) has(eku *trace.Node, name string) bool {
	for _, n := range elements(eku) {
		if oidValue(n) == name {
			return true
		}
	}
	return false
}

func (l *looker) noSAN() {
	if l.subject != nil && l.serves() && l.extension(oidSubjectAltName) == nil {
		l.wrong(l.subject, "No alternative names: clients no longer read the host name from the common name.")
	}
}

func (l *looker) malformedName() {
	e := l.extension(oidSubjectAltName)
	if e == nil {
		return
	}
	if len(elements(e.value)) == 0 {
		l.wrong(e.node, "The list of alternative names is empty.")
	}
	for _, n := range elements(e.value) {
		b := l.bytes(n)
		if n.ID != "GeneralName.dNSName" || len(l.errors) > maxListed {
			continue
		}
		switch name := string(b[:min(len(b), 300)]); {
		case len(b) > 253 || name == "" || name[len(name)-1] == '.' || name[0] == '.' || strings.Contains(name, ".."):
			l.wrong(n, "No host name: "+quoted(n.Value)+".")
		case strings.Contains(strings.TrimPrefix(name, "*."), "*"):
			l.wrong(n, "A star stands for the whole first label or for nothing: "+quoted(n.Value)+".")
		case strings.HasPrefix(name, "*.") && strings.Count(name, ".") == 1:
			l.wrong(n, "A star right below the top: "+quoted(n.Value)+".")
		case strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-.*_") != "":
			l.wrong(n, "Not a character of a host name in "+quoted(n.Value)+".")
		default:
			if _, err := netip.ParseAddr(name); err == nil {
				l.wrong(n, "An address among the names, where no client looks for it: "+n.Value+".")
			}
		}
	}
}

func (l *looker) lookalikeName() {
	e := l.extension(oidSubjectAltName)
	if e == nil {
		return
	}
	for i, n := range elements(e.value) {
		if reads := decodeHost(n.Value); n.ID == "GeneralName.dNSName" && strings.ContainsFunc(reads, lookalike) && i < maxListed {
			l.note(n, "It reads "+quoted(reads)+": some of these Greek or Cyrillic letters look like Latin ones.")
		}
	}
}

// hiddenCharacters looks through all text of the certificate.
func (l *looker) hiddenCharacters() {
	found := 0
	l.root.Walk(func(n *trace.Node) bool {
		if len(n.Children) != 3 || n.Value == "" || n.Children[2].ID != "asn1.content" || !strings.ContainsAny(n.Value, "⟨␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡") {
			return true
		}
		if found++; found <= 8 {
			l.wrong(n, "Characters that can't be seen, or that reorder others: "+shorten(n.Value)+".")
		}
		return found <= 8
	})
}

func shorten(s string) string {
	if len(s) <= 100 {
		return s
	}
	n := 100
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// limits is how long a public server's certificate may be valid, in days, by
// the date of its issue. Ballots 193, SC31 and SC-081v3.
var limits = []struct {
	since string
	days  int
}{
	{"2029-03-15", 47}, {"2027-03-15", 100}, {"2026-03-15", 200}, {"2020-09-01", 398}, {"2018-03-01", 825},
}

func (l *looker) overLong() {
	if !l.dated() || !l.serves() {
		return
	}
	lifetime := l.to.Sub(l.from) + time.Second // both ends are part of it
	for _, limit := range limits {
		if since, _ := time.Parse(time.DateOnly, limit.since); l.from.Before(since) {
			continue
		}
		if lifetime > time.Duration(limit.days)*24*time.Hour {
			l.note(l.notAfter, "Valid for "+count(int((lifetime-1)/(24*time.Hour))+1, "day")+": a public CA may give "+
				strconv.Itoa(limit.days)+" since "+limit.since+" (200 from 2026-03-15, 100 from 2027-03-15, 47 from 2029-03-15).")
		}
		return
	}
}

// usage is the node of a key usage that has that bit, or nil.
func (l *looker) usage(bit string) *trace.Node {
	e := l.extension(oidKeyUsage)
	if e == nil || e.value == nil {
		return nil
	}
	for on := range strings.SplitSeq(e.value.Value, ", ") {
		if on == bit {
			return e.node
		}
	}
	return nil
}

func (l *looker) noBasicConstraints() {
	if n := l.usage("keyCertSign"); n != nil && !l.isCA {
		l.wrong(n, "It may sign certificates by its key usage, but basic constraints do not make it an authority.")
	}
}

func (l *looker) notCritical() {
	if e := l.extension(oidBasicConstraints); e != nil && l.isCA && !e.critical {
		l.wrong(e.node, "Basic constraints of an authority must be critical.")
	}
}

func (l *looker) pathLengthWithoutCA() {
	if l.pathLen != "" && (!l.isCA || l.extension(oidKeyUsage) != nil && l.usage("keyCertSign") == nil) {
		l.wrong(l.at(oidBasicConstraints), "A path length where nothing may be signed.")
	}
}

func (l *looker) authorityWithoutSign() {
	switch n := l.at(oidKeyUsage); {
	case !l.isCA:
	case n == nil:
		l.note(l.at(oidBasicConstraints), "An authority without key usage.")
	case l.usage("keyCertSign") == nil:
		l.wrong(n, "An authority whose key may not sign certificates.")
	}
}

func (l *looker) wrongKeyUsage() {
	n := l.at(oidKeyUsage)
	switch {
	case n == nil:
	case l.usage("none") != nil:
		l.wrong(n, "A key usage that allows nothing.")
	case l.serves() && l.usage("digitalSignature") == nil:
		l.note(n, "A TLS 1.3 server signs, which the key usage does not allow.")
	case !l.isRSA() && (l.usage("keyEncipherment") != nil || l.usage("dataEncipherment") != nil):
		l.wrong(n, "A "+l.key.algorithm+" key can't encrypt, as its key usage says.")
	}
}

func (l *looker) noServerAuth() {
	if e := l.extension(oidExtKeyUsage); e != nil && !l.isCA && !l.serves() {
		l.note(e.node, "Not for TLS servers.")
	}
}

func (l *looker) serialNotPositive() {
	b := l.bytes(l.serial)
	switch {
	case len(b) == 0:
	case b[0] >= 0x80:
		l.wrong(l.serial, "A negative serial number.")
	case len(bytes.Trim(b, "\x00")) == 0:
		l.wrong(l.serial, "The serial number is zero.")
	}
}

func (l *looker) serialTooLong() {
	if n := len(l.bytes(l.serial)); n > 20 {
		l.wrong(l.serial, "A serial number of "+strconv.Itoa(n)+" bytes: at most 20.")
	}
}

func (l *looker) serialTooShort() {
	if b := l.bytes(l.serial); len(b) > 0 && len(b) < 8 && b[0] < 0x80 && !bytes.Equal(l.bytes(l.issuer), l.bytes(l.subject)) {
		l.note(l.serial, "The serial number has no room for 64 random bits.")
	}
}

func (l *looker) emptyIssuer() {
	if l.issuer != nil && len(elements(l.issuer)) == 0 {
		l.wrong(l.issuer, "The issuer has no name.")
	}
}

func (l *looker) emptySubject() {
	if l.subject == nil || len(elements(l.subject)) > 0 {
		return
	}
	if e := l.extension(oidSubjectAltName); l.isCA {
		l.wrong(l.subject, "An authority without a name.")
	} else if e == nil || !e.critical {
		l.wrong(l.subject, "Without a subject the alternative names must be there, and critical.")
	}
}

func (l *looker) noKeyIdentifier() {
	switch {
	case l.serial == nil: // a request
	case l.isCA && l.extension(oidSubjectKeyID) == nil:
		l.note(nil, "An authority without a subject key identifier.")
	case l.extension(oidAuthorityKeyID) == nil && !bytes.Equal(l.bytes(l.issuer), l.bytes(l.subject)):
		l.note(nil, "No authority key identifier.")
	}
}

func (l *looker) wrongVersion() {
	switch {
	case l.serial == nil:
	case len(l.extensions) > 0 && (l.version == nil || l.version.Value != "2 (v3)"):
		l.wrong(l.version, "Extensions are for version 3 alone.")
	case l.version != nil && l.version.Value == "0 (v1)":
		l.wrong(l.version, "Version 1 is the default, which DER leaves out.")
	case l.version == nil || l.version.Value != "2 (v3)":
		l.note(l.version, "Not of version 3, so it can't say what it may be used for.")
	}
}

func (l *looker) duplicateExtension() {
	for i, e := range l.duplicates {
		if i < maxListed {
			l.wrong(e.node, "The extension "+e.describe()+" comes twice.")
		}
	}
}

// unknownCritical: what crypto/x509 does not handle. RFC 5280 has clients refuse
// a critical extension that they don't know.
func (l *looker) unknownCritical() {
	for i, e := range l.extensions {
		if e.critical && (!shown(e.oid) || e.oid == oidSCTs || e.oid == oidTLSFeature || e.oid == oidFreshestCRL) && i < maxListed {
			l.wrong(e.node, "A critical extension that crypto/x509 does not know: "+shorten(e.describe())+".")
		}
	}
}

func (l *looker) wrongTimeForm() {
	for _, n := range []*trace.Node{l.notBefore, l.notAfter} {
		if t := l.time(n); n != nil && !t.IsZero() && len(l.bytes(n)) == 15 && t.Year() < 2050 {
			l.wrong(n, "A date before 2050 must be a UTCTime.")
		}
	}
}

// malformed is the diagnostics of the tree.
func (l *looker) malformed() {
	found := 0
	l.root.Walk(func(n *trace.Node) bool {
		for _, d := range n.Diagnostics {
			if found++; found <= 8 {
				at := n.ID.Name()
				l.wrong(n, strings.ToUpper(at[:1])+at[1:]+": "+d.Text+".")
			}
		}
		return found <= 8
	})
}
