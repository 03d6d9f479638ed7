package scenario

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	maxText        = 1 << 20 // bytes of application data each way
	maxPEM         = 64 << 10
	maxHost        = 253 // RFC 1035, Section 2.3.4, less the root's dot and length
	maxList        = 64
	maxALPN        = 255 // bytes of a protocol's name, RFC 7301, Section 3.1
	maxConnections = 3
	maxPause       = 30 * 86400
)

// FieldError is a knob in a position that it cannot have.
type FieldError struct {
	Field string // as in the JSON form, with a dot before what is nested
	Value string
	Fix   string // what to do
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("scenario: %s %q: %s", e.Field, clip(e.Value), e.Fix)
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// checker remembers the first field that is not valid.
type checker struct{ err error }

func (c *checker) fail(field, value, fix string) {
	if c.err == nil {
		c.err = &FieldError{field, value, fix}
	}
}

// one checks that a knob is in one of its positions.
func (c *checker) one(field, value string, of []string) {
	if !slices.Contains(of, value) {
		c.fail(field, value, "use "+oneOf(of))
	}
}

// maybe does the same for one that may be left alone.
func (c *checker) maybe(field, value string, of []string) {
	if value != "" && !slices.Contains(of, value) {
		c.fail(field, value, "leave it empty, or use "+oneOf(of))
	}
}

func (c *checker) between(field string, value, least, most int) {
	if value < least || value > most {
		c.fail(field, strconv.Itoa(value), fmt.Sprintf("use a whole number from %d to %d", least, most))
	}
}

func (c *checker) list(field string, values, of []string) {
	if len(values) > maxList {
		c.fail(field, "…", fmt.Sprintf("list at most %d", maxList))
	}
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			c.fail(field, v, "list it once")
		}
		if of != nil {
			c.one(field, v, of)
		}
	}
}

// Check reports the first field that is not valid, or does not go with those
// before it, as a *FieldError. What the two ends cannot agree on is valid: that
// the handshake fails is what one wants to see.
func (s Scenario) Check() error {
	c := &checker{}
	c.one("version", s.Version, Versions)
	c.maybe("group", s.Group, Groups)
	if s.Version != "1.3" && strings.Contains(s.Group, "MLKEM") {
		c.fail("group", s.Group, "hybrid groups need version 1.3 (RFC 8446 key shares)")
	}
	c.one("certificate", s.Certificate, Certificates)
	if s.Certificate == "ed25519" && s.Version < "1.2" {
		c.fail("certificate", s.Certificate, "before version 1.2 signatures are RSA with MD5 and SHA-1 or ECDSA with SHA-1 (RFC 4492, Section 5.4): use another kind of key or version 1.2")
	}
	if s.Suite != "" {
		s.checkSuite(c)
	}
	c.maybe("fault", s.Fault, Faults)
	faultGoesWith(c, "fault", s.Fault, s.Plan(false))
	if (s.Fault == RSA1024 || s.Fault == RSA512) && strings.Contains(s.Suite, "_ECDSA_") {
		c.fail("fault", s.Fault, "the cipher suite needs an ECDSA key: leave suite empty")
	}
	if !validHost(s.Host) {
		c.fail("host", s.Host, "use a DNS name such as shop.example: letters, digits, dots and hyphens")
	}
	if s.Fault == WildcardTooDeep && len(s.Host) > maxHost-len(WildcardPrefix) {
		c.fail("host", s.Host, "use a shorter name: "+WildcardPrefix+" comes before it")
	}
	if len(s.Request) == 0 || len(s.Request) > maxText {
		c.fail("request", s.Request, fmt.Sprintf("send 1 to %d bytes", maxText))
	}
	if len(s.Response) == 0 || len(s.Response) > maxText {
		c.fail("response", s.Response, fmt.Sprintf("send 1 to %d bytes", maxText))
	}
	c.between("request_size", s.RequestSize, 0, maxText)
	c.between("response_size", s.ResponseSize, 0, maxText)
	c.maybe("close", s.Close, Closes)
	if len(s.Exporter) > 200 || slices.Contains(reservedLabels, s.Exporter) {
		c.fail("exporter", s.Exporter, "use a label of at most 200 bytes that TLS itself does not use, such as EXPORTER-Channel-Binding")
	}
	c.between("connections", s.Connections, 0, maxConnections)
	c.between("pause", s.Pause, 0, maxPause)
	c.maybe("middle", s.Middle, Middles)
	s.Client.check(c, s.Plan(true))
	if most := s.Client.MaxVersion; s.Client.ECH != "" && (most == "" && s.Version != "1.3" || most != "" && most != "1.3") {
		c.fail("client.ech", s.Client.ECH, "it needs version 1.3 (RFC 9849, Section 6.1)")
	}
	s.Server.check(c, s.Plan(false))
	s.checkTransport(c)
	c.between("link.rtt", s.Link.RTT, 0, 60_000)
	c.between("link.bandwidth", s.Link.Bandwidth, 0, 1e8)
	if s.Link.Segment != 0 {
		c.between("link.segment", s.Link.Segment, 64, 65_495)
	} else if s.Link.SlowStart {
		c.fail("link.slow_start", "true", "it counts segments: give link.segment a size first, such as 1460")
	}
	if len(s.Wire) > maxRules {
		c.fail("wire", "…", fmt.Sprintf("give at most %d rules", maxRules))
	}
	for _, text := range s.Wire {
		if r, err := ParseRule(text); err != nil {
			_, fix, _ := strings.Cut(strings.TrimPrefix(err.Error(), "scenario: wire rule "), ": ")
			c.fail("wire", text, fix)
		} else if r.String() != text {
			c.fail("wire", text, "write it as "+clip(r.String()))
		}
	}
	if s.Clock != "" {
		if _, err := s.Time(); err != nil && c.err == nil {
			c.err = err
		}
	}
	if b, err := hex.DecodeString(s.Seed); err != nil || len(b) > 32 {
		c.fail("seed", s.Seed, "use an even number of at most 64 hexadecimal digits (0-9, a-f)")
	}
	return c.err
}

func (k Client) check(c *checker, p Plan) {
	checkVersions(c, "client", k.MinVersion, k.MaxVersion)
	c.list("client.suites", k.Suites, Suites())
	c.list("client.groups", k.Groups, Groups)
	checkALPN(c, "client.alpn", k.ALPN)
	if k.ServerName != "" && !validHost(k.ServerName) {
		c.fail("client.server_name", k.ServerName, "leave it empty, or use a DNS name such as shop.example")
	}
	c.maybe("client.certificate", k.Certificate, Certificates)
	c.maybe("client.fault", k.Fault, ClientFaults)
	if k.Fault != "" && k.Certificate == "" {
		c.fail("client.fault", k.Fault, "give the client a certificate first: set client.certificate")
	}
	if len(k.Chain) > 0 && k.Certificate == "" {
		c.fail("client.chain", k.Chain[0], "give the client a certificate first: set client.certificate")
	}
	checkChain(c, "client.chain", k.Chain, p)
	faultGoesWith(c, "client.fault", k.Fault, p)
	checkIdentity(c, "client.identity", k.Identity)
	checkRoots(c, "client.roots", k.Roots)
	c.maybe("client.ech", k.ECH, ECHs)
}

func (k Server) check(c *checker, p Plan) {
	checkVersions(c, "server", k.MinVersion, k.MaxVersion)
	c.list("server.suites", k.Suites, Suites())
	c.list("server.groups", k.Groups, Groups)
	checkALPN(c, "server.alpn", k.ALPN)
	checkChain(c, "server.chain", k.Chain, p)
	c.maybe("server.client_auth", k.ClientAuth, ClientAuths)
	checkIdentity(c, "server.identity", k.Identity)
	checkRoots(c, "server.roots", k.Roots)
	c.maybe("server.staple", k.Staple, Staples)
}

// reservedLabels is what crypto/tls refuses to export for, RFC 5705, Section 4.
var reservedLabels = []string{"client finished", "server finished", "master secret", "key expansion"}

// WildcardPrefix is what the client asks for beneath the host when the fault is
// WildcardTooDeep.
const WildcardPrefix = "www.eu."

func checkVersions(c *checker, end, least, most string) {
	c.maybe(end+".min_version", least, Versions)
	c.maybe(end+".max_version", most, Versions)
	if least != "" && most != "" && least > most {
		c.fail(end+".min_version", least, "use at most the max_version, "+most)
	}
}

func checkALPN(c *checker, field string, protocols []string) {
	c.list(field, protocols, nil)
	for _, p := range protocols {
		if p == "" || len(p) > maxALPN || strings.Contains(p, "\n") {
			c.fail(field, p, fmt.Sprintf("use protocol names of 1 to %d bytes in one line, such as h2", maxALPN))
		}
	}
}

// faultGoesWith checks a certificate's fault against its issuer's kind of key.
func faultGoesWith(c *checker, field, fault string, p Plan) {
	if fault == SHA1 && p.Is(p.Issuer("leaf"), "key", "ed25519") {
		c.fail(field, fault, "Ed25519 has its own hash (RFC 8032, Section 5.1): use another kind of key for the issuer")
	}
}

func checkIdentity(c *checker, field, text string) {
	if text == "" {
		return
	}
	if len(text) > maxPEM {
		c.fail(field, text, fmt.Sprintf("use at most %d bytes of PEM", maxPEM))
	} else if _, err := ParseIdentity(text); err != nil {
		c.fail(field, text, err.Error())
	}
}

// ParseIdentity reads a certificate chain, the own one first, and its private
// key (PKCS #8, PKCS #1 or SEC 1), all as PEM. tls.X509KeyPair does the same; it
// would add 3 kB to the page.
func ParseIdentity(text string) (tls.Certificate, error) {
	var id tls.Certificate
	var signer crypto.Signer
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			id.Certificate = append(id.Certificate, block.Bytes)
		case strings.HasSuffix(block.Type, "PRIVATE KEY") && signer == nil:
			if signer = ParseKey(block.Bytes); signer == nil {
				return id, errors.New("paste a private key that is PKCS #8, PKCS #1 or SEC 1, and not encrypted")
			}
		}
	}
	if signer == nil || len(id.Certificate) == 0 {
		return id, errors.New("paste a certificate chain, the own one first, and its private key, both as PEM")
	}
	leaf, err := x509.ParseCertificate(id.Certificate[0])
	if err != nil {
		return id, errors.New("paste a certificate that can be read: " + err.Error())
	}
	public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(leaf.PublicKey) {
		return id, errors.New("paste the private key of the first certificate: this is another's")
	}
	id.PrivateKey = signer
	return id, nil
}

// ParseKey reads a private key as DER, PKCS #8, PKCS #1 or SEC 1. It is nil if it
// is none that can sign.
func ParseKey(der []byte) crypto.Signer {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		signer, _ := key.(crypto.Signer)
		return signer
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}

func checkRoots(c *checker, field, text string) {
	if text != "" && (len(text) > maxPEM || !x509.NewCertPool().AppendCertsFromPEM([]byte(text))) {
		c.fail(field, text, fmt.Sprintf("paste certificates as PEM, at most %d bytes", maxPEM))
	}
}

func validHost(h string) bool {
	if h == "" || len(h) > maxHost {
		return false
	}
	for label := range strings.SplitSeq(h, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
				return false
			}
		}
	}
	return true
}

func oneOf(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	if len(names) > 16 {
		return names[0] + ", " + names[1] + " or another of " + strconv.Itoa(len(names))
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
