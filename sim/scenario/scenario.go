// Package scenario says what is to be run: every knob of both endpoints, their
// defaults and their validation. A Scenario with its seed and clock determines
// a run to the byte.
package scenario

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Scenario is one run. Its zero value is not valid: begin with [Default].
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
	// Request and Response are the application data that client and server send.
	Request  string `json:"request" js:"request"`
	Response string `json:"response" js:"response"`
	// Clock is what both ends take for now, as RFC 3339 text in whole seconds.
	Clock string `json:"clock" js:"clock"`
	// Seed is the run's randomness as hexadecimal digits (entropy.ParseSeed).
	Seed string `json:"seed" js:"seed"`
}

// What Version, Group, Certificate and Fault may be.
var (
	Versions     = []string{"1.3", "1.2", "1.1", "1.0"}
	Groups       = []string{"X25519MLKEM768", "X25519", "P-256", "P-384", "P-521", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"}
	Certificates = []string{"ecdsa-p256", "rsa-2048", "ed25519", "ecdsa-p384", "ecdsa-p521", "rsa-3072", "rsa-4096"}
	Faults       = []string{Expired, WrongHost, UnknownRoot, NoCommonVersion}
)

// The faults.
const (
	Expired         = "expired"           // the server's certificate is past its last day
	WrongHost       = "wrong-host"        // it is made out to another name
	UnknownRoot     = "unknown-root"      // the client does not trust its root
	NoCommonVersion = "no-common-version" // the server insists on a version that the client does not speak
)

const (
	maxText = 1 << 20 // bytes of application data each way
	maxHost = 253     // RFC 1035, Section 2.3.4, less the root's dot and length
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

// FieldError is a knob in a position that it cannot have.
type FieldError struct {
	Field string // as in the JSON form
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

// Check reports the first field that is not valid, as a *FieldError.
func (s Scenario) Check() error {
	if !slices.Contains(Versions, s.Version) {
		return &FieldError{"version", s.Version, "use " + oneOf(Versions)}
	}
	if s.Group != "" && !slices.Contains(Groups, s.Group) {
		return &FieldError{"group", s.Group, "leave it empty, or use " + oneOf(Groups)}
	}
	if s.Group != "" && s.Version != "1.3" && strings.Contains(s.Group, "MLKEM") {
		return &FieldError{"group", s.Group, "hybrid groups need version 1.3 (RFC 8446 key shares)"}
	}
	if !slices.Contains(Certificates, s.Certificate) {
		return &FieldError{"certificate", s.Certificate, "use " + oneOf(Certificates)}
	}
	if s.Certificate == "ed25519" && s.Version < "1.2" {
		return &FieldError{"certificate", s.Certificate, "before version 1.2 signatures are RSA with MD5 and SHA-1 or ECDSA with SHA-1 (RFC 4492, Section 5.4): use another kind of key or version 1.2"}
	}
	if s.Suite != "" {
		if err := s.checkSuite(); err != nil {
			return err
		}
	}
	if s.Fault != "" && !slices.Contains(Faults, s.Fault) {
		return &FieldError{"fault", s.Fault, "leave it empty, or use " + oneOf(Faults)}
	}
	if !validHost(s.Host) {
		return &FieldError{"host", s.Host, "use a DNS name such as shop.example: letters, digits, dots and hyphens"}
	}
	if len(s.Request) == 0 || len(s.Request) > maxText {
		return &FieldError{"request", s.Request, fmt.Sprintf("send 1 to %d bytes", maxText)}
	}
	if len(s.Response) == 0 || len(s.Response) > maxText {
		return &FieldError{"response", s.Response, fmt.Sprintf("send 1 to %d bytes", maxText)}
	}
	if _, err := s.Time(); err != nil {
		return err
	}
	return nil
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
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// Parse reads the JSON form. Fields that are not there keep their default;
// unknown ones are an error.
func Parse(text []byte) (Scenario, error) {
	s := Default()
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return s, fmt.Errorf("scenario: not a scenario in JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if dec.More() {
		return s, fmt.Errorf("scenario: text after the scenario's closing brace: remove it")
	}
	return s, nil
}

// JSON is the scenario as Parse reads it.
func (s Scenario) JSON() []byte {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic("scenario: strings always marshal: " + err.Error())
	}
	return append(b, '\n')
}
