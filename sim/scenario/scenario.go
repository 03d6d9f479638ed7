// Package scenario says what is to be run: every knob of both endpoints, of the
// wire and of the attacker on it, their defaults and their validation. A
// Scenario with its seed and clock determines a run to the byte.
//
//	scenario.go  the knobs
//	check.go     which positions they can have
//	suites.go    the same for cipher suites
//	chain.go     what the certificates say, and chain_check.go what they can say
//	rule.go      what the attacker does to the wire
//	knobs.go     the knobs one by one, by name
//	fragment.go  the form in a URL
package scenario

import (
	"bytes"
	"fmt"
	"time"

	"tlsplay/sim/jsonout"
)

// Scenario is one run. Its zero value is not valid: begin with [Default]. What
// is nested in it does begin with its zero value, which is what a stock Go
// program does.
//
// The js tags are for the programming interface of the page, where scripts pass
// a scenario as a plain object (github.com/norunners/vert).
type Scenario struct {
	// Version is the TLS version that both ends speak, one of Versions. A client
	// of "1.3" offers 1.2 too, as stock Go does.
	Version string `json:"version" js:"version"`
	// Suite is the only cipher suite that both ends offer, by its IANA name; they
	// then speak no version but Version. Empty leaves the choice to crypto/tls,
	// as a stock Go program does.
	Suite string `json:"suite,omitempty" js:"suite"`
	// Group is the only key exchange group that both ends offer. Empty leaves
	// the choice to crypto/tls, as a stock Go program does.
	Group string `json:"group,omitempty" js:"group"`
	// Certificate is the kind of the server's key, one of Certificates.
	Certificate string `json:"certificate" js:"certificate"`
	// Host is the name that the client asks for and the certificate is made out
	// to: a DNS name.
	Host string `json:"host" js:"host"`
	// Fault is what is wrong on purpose, one of Faults, or empty.
	Fault string `json:"fault,omitempty" js:"fault"`
	// Transport is what carries the handshake, one of Transports: empty is records
	// over TCP, "quic" the packets of QUIC (RFC 9001).
	Transport string `json:"transport,omitempty" js:"transport"`
	// Request and Response are the application data that client and server send.
	Request  string `json:"request" js:"request"`
	Response string `json:"response" js:"response"`
	// RequestSize and ResponseSize, in bytes, lengthen Request and Response to
	// that size by repeating them, or shorten them. 0 leaves them as they are.
	RequestSize  int `json:"request_size,omitempty" js:"request_size"`
	ResponseSize int `json:"response_size,omitempty" js:"response_size"`
	// Close is who ends the connection and how, one of Closes, or empty: the
	// client closes its direction with close_notify once it has the response, and
	// the server answers alike.
	Close string `json:"close,omitempty" js:"close"`
	// Exporter is a label for which both ends export 32 bytes of keying material
	// (RFC 5705; RFC 8446, Section 7.5) without context, or empty.
	Exporter string `json:"exporter,omitempty" js:"exporter"`
	// Connections is how many connections the client makes, one after another, at
	// most 3. They share its session cache and the server's ticket key. 0 is 1.
	Connections int `json:"connections,omitempty" js:"connections"`
	// Pause is the time between two connections in seconds.
	Pause int `json:"pause,omitempty" js:"pause"`

	// Replay has the attacker make one more connection, in which he sends again all
	// that the client sent in the last one; over QUIC its first flight, 0-RTT data
	// and all.
	Replay bool `json:"replay,omitempty" js:"replay"`

	Client Client `json:"client,omitzero" js:"client"`
	Server Server `json:"server,omitzero" js:"server"`
	Link   Link   `json:"link,omitzero" js:"link"`
	// Middle, one of Middles, puts someone between the ends who answers for the
	// server with a certificate from an authority of his own, and is the server's
	// client for what he hears. Empty is nobody.
	Middle string `json:"middle,omitempty" js:"middle"`
	// Wire is what the attacker does to the last connection, one Rule each, as
	// ParseRule reads it.
	Wire []string `json:"wire,omitempty" js:"wire"`

	// Clock is what both ends take for now at the beginning, as RFC 3339 text in
	// whole seconds. Empty is the time at which the run is made.
	Clock string `json:"clock" js:"clock"`
	// Seed is the run's randomness as hexadecimal digits (entropy.ParseSeed).
	// Empty is a fresh one.
	Seed string `json:"seed" js:"seed"`
}

// Client is the knobs of the client alone.
type Client struct {
	// MinVersion and MaxVersion, of Versions, take the place of those that
	// Scenario.Version stands for.
	MinVersion string `json:"min_version,omitempty" js:"min_version"`
	MaxVersion string `json:"max_version,omitempty" js:"max_version"`
	// Suites and Groups are what it offers, by IANA names. The order is
	// crypto/tls's own, whatever it is here; a list without TLS 1.3 suites leaves
	// those as they are, and so does one with nothing else for the others.
	Suites []string `json:"suites,omitempty" js:"suites"`
	Groups []string `json:"groups,omitempty" js:"groups"`
	// ALPN is the application protocols it offers, the most wanted first. RFC 7301.
	ALPN []string `json:"alpn,omitempty" js:"alpn"`
	// ServerName is the name it asks for in place of Scenario.Host.
	ServerName string `json:"server_name,omitempty" js:"server_name"`
	// NoSNI leaves the server_name extension out; the name is verified all the
	// same.
	NoSNI bool `json:"no_sni,omitempty" js:"no_sni"`
	// Certificate is the kind of its own key, of Certificates, for a server that
	// asks for one; empty is none. Fault is what is wrong with it, of
	// ClientFaults. Identity takes its place: a certificate chain and its key as
	// PEM.
	Certificate string `json:"certificate,omitempty" js:"certificate"`
	Fault       string `json:"fault,omitempty" js:"fault"`
	// Chain is what of its certificates is otherwise than usual, one Edit each, on
	// top of Fault.
	Chain    []string `json:"chain,omitempty" js:"chain"`
	Identity string   `json:"identity,omitempty" js:"identity"`
	// Roots are certificates as PEM that it trusts besides the playground's own
	// authority.
	Roots string `json:"roots,omitempty" js:"roots"`
	// SkipVerify accepts every certificate (tls.Config.InsecureSkipVerify).
	SkipVerify bool `json:"skip_verify,omitempty" js:"skip_verify"`
	// CheckStaple demands a good OCSP response with the certificate. crypto/tls
	// leaves that to the program, and most do nothing.
	CheckStaple bool `json:"check_staple,omitempty" js:"check_staple"`
	// Resume keeps session tickets and resumes with them (a
	// tls.ClientSessionCache).
	Resume bool `json:"resume,omitempty" js:"resume"`
	// ECH encrypts its ClientHello (RFC 9849): to the server's key, "current", or
	// to one that the server no longer has, "stale". After a rejection its next
	// connection uses the retry configs, if there were any.
	ECH string `json:"ech,omitempty" js:"ech"`
	// FixedRecords sends records of full size from the start
	// (tls.Config.DynamicRecordSizingDisabled).
	FixedRecords bool `json:"fixed_records,omitempty" js:"fixed_records"`
	// Plain speaks no TLS at all.
	Plain bool `json:"plain,omitempty" js:"plain"`
}

// Server is the knobs of the server alone. Those that Client has too mean the
// same.
type Server struct {
	MinVersion string   `json:"min_version,omitempty" js:"min_version"`
	MaxVersion string   `json:"max_version,omitempty" js:"max_version"`
	Suites     []string `json:"suites,omitempty" js:"suites"`
	Groups     []string `json:"groups,omitempty" js:"groups"`
	ALPN       []string `json:"alpn,omitempty" js:"alpn"`
	// StrictSNI has no certificate for names other than Scenario.Host.
	StrictSNI bool `json:"strict_sni,omitempty" js:"strict_sni"`
	// Chain is what of the certificates made for the run is otherwise than usual.
	Chain []string `json:"chain,omitempty" js:"chain"`
	// ClientAuth is what it asks of the client, of ClientAuths; empty is nothing.
	ClientAuth string `json:"client_auth,omitempty" js:"client_auth"`
	// Identity takes the place of the certificate made for the run.
	Identity string `json:"identity,omitempty" js:"identity"`
	// Roots are certificates as PEM that it trusts for clients besides the
	// playground's own authority.
	Roots string `json:"roots,omitempty" js:"roots"`
	// NoTickets gives out no session tickets.
	NoTickets bool `json:"no_tickets,omitempty" js:"no_tickets"`
	// Staple is an OCSP response that it staples to its certificate, of Staples;
	// empty is none.
	Staple string `json:"staple,omitempty" js:"staple"`
	// SCT sends a signed certificate timestamp (RFC 6962).
	SCT bool `json:"sct,omitempty" js:"sct"`
	// ECH has a key for encrypted ClientHellos, and sends it as retry config to
	// those who use another.
	ECH          bool `json:"ech,omitempty" js:"ech"`
	FixedRecords bool `json:"fixed_records,omitempty" js:"fixed_records"`
	Plain        bool `json:"plain,omitempty" js:"plain"`
}

// Link is the way between the ends. It changes when things happen, by the
// virtual clock that events carry, and nothing else; the ends compute in no
// time.
type Link struct {
	RTT       int `json:"rtt,omitempty" js:"rtt"`             // round trip, milliseconds
	Bandwidth int `json:"bandwidth,omitempty" js:"bandwidth"` // kilobits per second each way, 0 for no limit
	Segment   int `json:"segment,omitempty" js:"segment"`     // payload of a TCP segment, bytes, 0 for no segments
	// SlowStart has no more segments on their way than TCP's window allows, which
	// begins with 10 (RFC 6928) and grows with each acknowledgment (RFC 5681).
	SlowStart bool `json:"slow_start,omitempty" js:"slow_start"`
}

// What the knobs may be.
var (
	Versions     = []string{"1.3", "1.2", "1.1", "1.0"}
	Groups       = []string{"X25519MLKEM768", "X25519", "P-256", "P-384", "P-521", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"}
	Certificates = []string{"ecdsa-p256", "rsa-2048", "ed25519", "ecdsa-p384", "ecdsa-p521", "rsa-3072", "rsa-4096"}
	Faults       = append([]string{NoCommonVersion}, CertificateFaults...)
	Closes       = []string{CloseServer, CloseHalf, CutClient, CutServer}
	ClientAuths  = []string{"request", "require-any", "verify-if-given", "require-and-verify"}
	Staples      = []string{"good", "revoked"}
	Transports   = []string{QUIC}
	ECHs         = []string{"current", "stale"}
	Middles      = []string{"untrusted", "trusted"} // by the client, which has or has not that authority's root

	// CertificateFaults is what can be wrong with the server's certificate,
	// ClientFaults with the client's.
	CertificateFaults = []string{
		Expired, NotYetValid, WrongHost, WildcardTooDeep, CommonNameOnly, SelfSigned, UnknownRoot, MissingIntermediate, WrongOrder,
		IntermediateNotCA, PathLength, NameConstraint, WrongUsage, SHA1, RSA1024, RSA512, KeyMismatch, Revoked,
	}
	ClientFaults = []string{
		Expired, NotYetValid, SelfSigned, UnknownRoot, MissingIntermediate, WrongOrder,
		IntermediateNotCA, PathLength, WrongUsage, SHA1, RSA1024, KeyMismatch,
	}
)

// The faults. All but the first are of a certificate; package pki makes them.
const (
	NoCommonVersion     = "no-common-version"    // the server insists on a version that the client does not speak
	Expired             = "expired"              // the certificate is past its last day
	NotYetValid         = "not-yet-valid"        // its first day has not come
	WrongHost           = "wrong-host"           // it is made out to another name
	WildcardTooDeep     = "wildcard-too-deep"    // to *.host, and the client asks for www.eu.host
	CommonNameOnly      = "common-name-only"     // it has a name in its subject, and no subjectAltName
	SelfSigned          = "self-signed"          // it vouches for itself
	UnknownRoot         = "unknown-root"         // the verifier does not trust its root
	MissingIntermediate = "missing-intermediate" // it is sent without its issuer
	WrongOrder          = "wrong-order"          // it is sent behind its issuer
	IntermediateNotCA   = "intermediate-not-ca"  // its issuer is no authority
	PathLength          = "path-length"          // there are more intermediates than one of them allows
	NameConstraint      = "name-constraint"      // its issuer may only vouch for other names
	WrongUsage          = "wrong-usage"          // it is for signing code
	SHA1                = "sha1"                 // it is signed over a SHA-1 hash
	RSA1024             = "rsa-1024"             // its key has 1024 bits
	RSA512              = "rsa-512"              // its key has 512 bits, too few to sign with
	KeyMismatch         = "key-mismatch"         // its owner signs with another key
	Revoked             = "revoked"              // the stapled OCSP response says so, and the client looks
)

// PublicName is the name that a ClientHello shows to everyone when the one that
// is meant is encrypted.
const PublicName = "public.example"

// QUIC is the transport of that name.
const QUIC = "quic"

// Who ends the connection, and how.
const (
	CloseServer = "server"     // the server by close_notify, after its response
	CloseHalf   = "half"       // the client by close_notify before it has the response, which still comes
	CutClient   = "client-cut" // the client without close_notify
	CutServer   = "server-cut" // the server without close_notify
)

// Default is the run that the page opens with, without seed and clock: those
// are the caller's to choose.
func Default() Scenario {
	s := Scenario{
		Version:     "1.3",
		Certificate: "ecdsa-p256",
		Host:        "shop.example",
	}
	s.Request = "GET /orders/42 HTTP/1.1\r\n" +
		"Host: shop.example\r\n" +
		"Cookie: session=8d1f6a27c0\r\n" +
		"\r\n"
	body := "Order 42: one umbrella, paid with card 5500 0000 0000 0004.\n"
	s.Response = "HTTP/1.1 200 OK\r\n" +
		"Content-Type: text/plain\r\n" +
		fmt.Sprintf("Content-Length: %d\r\n", len(body)) +
		"\r\n" + body
	return s
}

// Names is what the server's certificate is usually made out to.
func (s Scenario) Names() []string {
	if s.Client.ECH != "" || s.Server.ECH {
		return []string{s.Host, PublicName}
	}
	return []string{s.Host}
}

// Says is what that end sends as application data.
func (s Scenario) Says(client bool) []byte {
	text, size := s.Response, s.ResponseSize
	if client {
		text, size = s.Request, s.RequestSize
	}
	if size == 0 || text == "" {
		return []byte(text)
	}
	return bytes.Repeat([]byte(text), size/len(text)+1)[:size]
}

// Time is the clock.
func (s Scenario) Time() (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s.Clock)
	if err != nil || t.Year() < 1970 || t.Year() > 2100 {
		return t, &FieldError{"clock", s.Clock, "use a time between 1970 and 2100 such as 2026-01-31T12:00:00Z"}
	}
	return t.UTC().Truncate(time.Second), nil
}

// FormatClock is a time as Clock wants it.
func FormatClock(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// JSON is the scenario as package scenariofile reads it.
func (s Scenario) JSON() []byte {
	return append(jsonout.Indent(jsonout.Append(nil, s)), '\n')
}

// Equal reports whether two scenarios are the same run.
func (s Scenario) Equal(o Scenario) bool { return bytes.Equal(s.JSON(), o.JSON()) }
