package trace

import (
	"sync"
	"time"

	"tlsplay/sim/jsonout"
)

// Judgement is a Verification that is carried out when it is first asked for: it
// verifies signatures, which takes a browser about as long as a handshake.
type Judgement struct {
	By     Side
	verify func() *Verification
}

// Judge is the judgement that verify will come to.
func Judge(by Side, verify func() *Verification) Judgement {
	return Judgement{by, sync.OnceValue(verify)}
}

// Verification is how the judgement was come to. It is the same each time.
func (j Judgement) Verification() *Verification { return j.verify() }

// AppendJSON writes the verification.
func (j Judgement) AppendJSON(b []byte) []byte { return jsonout.Append(b, j.Verification()) }

// MarshalJSON is AppendJSON for encoding/json.
func (j Judgement) MarshalJSON() ([]byte, error) { return j.AppendJSON(nil), nil }

// Verification is how one end judges the certificates of the other, check by
// check: first its own certificate, then each path from there to a root.
type Verification struct {
	By     Side      `json:"by"`
	Host   string    `json:"host,omitempty"` // the name that was asked for
	Time   time.Time `json:"time"`
	Usages []string  `json:"usages"` // any of which must be allowed

	// Certificates are those that were sent, in their order, then the trusted
	// roots. Steps and paths count in this list.
	Certificates []Party `json:"certificates"`
	Steps        []*Step `json:"steps"` // before any path is looked for
	Paths        []*Path `json:"paths"` // in the order in which they are tried

	// Statements are what others say about the certificates besides. crypto/x509
	// looks at none of them, so the verdict does not hang on them.
	Statements []*Statement `json:"statements,omitempty"`

	// OK and Error are the verdict of crypto/x509, and Agrees tells whether the
	// steps come to the same.
	OK     bool   `json:"ok"`
	Error  string `json:"error,omitempty"`
	Agrees bool   `json:"agrees"`
}

// Party is a certificate that takes part in a verification.
type Party struct {
	Name   string `json:"name"` // its subject
	Role   string `json:"role"` // leaf, intermediate, root
	SHA256 Hex    `json:"sha256"`
}

// Path is one way from the leaf towards a root, as far as the checks let it get.
type Path struct {
	Certificates []int   `json:"certificates"` // the leaf first; the last one may be what stopped it
	Steps        []*Step `json:"steps"`        // the last one is what stopped it, unless OK
	OK           bool    `json:"ok"`
}

// Statement is an OCSP response (RFC 6960) or a signed certificate timestamp (RFC
// 6962, Section 3.2) about a certificate, and whether it can be believed.
type Statement struct {
	Kind string `json:"kind"` // ocsp or sct
	// At counts what came beside the certificates, of that kind, from 0; -1 is a
	// timestamp inside of one.
	At    int     `json:"at"`
	Steps []*Step `json:"steps"` // the last one is what stopped it, unless OK
	OK    bool    `json:"ok"`    // it holds, and says nothing against the certificate
}

// Step is one check.
type Step struct {
	Check       FieldID      `json:"check"`       // trust.signature …
	Certificate int          `json:"certificate"` // what is checked
	Issuer      int          `json:"issuer"`      // against which, or -1
	OK          bool         `json:"ok"`
	Reason      string       `json:"reason"`
	Rule        string       `json:"rule"` // RFC 5280, Section 6.1.3
	Values      []NamedBytes `json:"values,omitempty"`
}
