package app

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/pki"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/trust"
	"tlsplay/wasm/view"
)

// What of a large input takes part in the trial, so that it ends at once.
const (
	maxJudged      = 40       // certificates
	maxJudgedBytes = 1 << 20  // of them together
	maxKeys        = 8        // private keys
	maxKey         = 16 << 10 // bytes of one
)

// enlist prepares what was pasted for the trial, before it is opened.
func (a *App) enlist(p *view.Pasted) {
	r := &a.State.Reading
	count, size, keys := 0, 0, 0
	for _, q := range r.Pasted {
		if q.Judged {
			count++
			size += len(q.DER.Data)
		}
		if q.Key != nil {
			keys++
		}
	}
	switch {
	case p.DER == nil:
	case p.Kind == asn1view.Certificate:
		if count == maxJudged || size+len(p.DER.Data) > maxJudgedBytes {
			r.Trial.Left++
			return
		}
		c, err := x509.ParseCertificate(p.DER.Data)
		if err != nil {
			p.Judged = true // and refused
			return
		}
		if trust.Slow(c) {
			r.Trial.Left++
			return
		}
		p.Judged, p.Parsed = true, c
		p.SelfSigned = bytes.Equal(c.RawSubject, c.RawIssuer) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
	case p.Kind.Secret() && keys < maxKeys && len(p.DER.Data) <= maxKey:
		if p.Key = scenario.ParseKey(p.DER.Data); p.Key != nil {
			p.KeyPEM = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: p.DER.Data})
		}
	}
}

// open begins a trial. Until the visitor asks otherwise, the certificate in
// question is the first that is no authority's, or the first.
func (a *App) open() {
	r := &a.State.Reading
	if !r.Trial.Asked {
		leaf := slices.IndexFunc(r.Pasted, func(p *view.Pasted) bool { return p.Parsed != nil && !p.Parsed.IsCA })
		if leaf < 0 {
			leaf = slices.IndexFunc(r.Pasted, func(p *view.Pasted) bool { return p.Judged })
		}
		if leaf >= 0 {
			a.question(leaf + 1)
		}
	}
	a.judge()
}

// question puts the object of that number in question.
func (a *App) question(n int) {
	r := &a.State.Reading
	c := r.Pasted[n-1].Parsed
	r.Trial.Leaf, r.Trial.Usage, r.Trial.Host = n, usageOf(c), hostOf(c)
}

// usageOf is what a certificate is to be judged for: a server's, unless it says
// that it is a client's alone, or neither's.
func usageOf(c *x509.Certificate) string {
	switch {
	case c == nil || len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 && !c.IsCA ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny):
		return "server"
	case slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth):
		return "client"
	}
	return "any"
}

// hostOf is the first name that a client could ask for.
func hostOf(c *x509.Certificate) string {
	switch {
	case c == nil:
	case len(c.DNSNames) > 0:
		if parent, wild := strings.CutPrefix(c.DNSNames[0], "*."); wild {
			return "www." + parent
		}
		return c.DNSNames[0]
	case len(c.IPAddresses) > 0:
		return c.IPAddresses[0].String()
	}
	return ""
}

// turnTrial changes one thing about how a pasted certificate is judged:
// name=value, where "root 2" is whether the second object is trusted, and "root
// self-signed" whether all of those are.
func (a *App) turnTrial(arg string) {
	name, value, _ := strings.Cut(arg, "=")
	r := &a.State.Reading
	t := &r.Trial
	t.Problem, t.Refused, t.Asked = "", "", true
	switch name {
	case "leaf":
		if a.judged(value) != nil {
			n, _ := strconv.Atoi(value)
			a.question(n)
		}
	case "usage":
		if slices.Contains(view.Usages, value) {
			t.Usage = value
		}
	case "host":
		t.Host = strings.TrimSpace(value)
	case "clock":
		now, ok := view.ParseTrialClock(strings.TrimSpace(value))
		switch {
		case value == "now":
			now = time.Now()
		case !ok && value != "":
			t.Refused = value
			return
		}
		if t.Clock = ""; value != "" {
			t.Clock = view.FormatTrialClock(now)
		}
	case "root self-signed":
		for _, p := range r.Pasted {
			p.Root = p.Root || p.SelfSigned
		}
	default:
		if p := a.judged(strings.TrimPrefix(name, "root ")); p != nil && p.Parsed != nil {
			p.Root = value == "true"
		}
	}
	a.judge()
}

// judged is the object of that number that takes part, or nil.
func (a *App) judged(number string) *view.Pasted {
	n, err := strconv.Atoi(number)
	if r := &a.State.Reading; err == nil && n > 0 && n <= len(r.Pasted) && r.Pasted[n-1].Judged {
		return r.Pasted[n-1]
	}
	return nil
}

// sent is the chain as its owner would send it: the certificate in question, and
// all others but the trusted roots. roots is those.
func (a *App) sent() (sent [][]byte, roots []*x509.Certificate) {
	r := &a.State.Reading
	sent = [][]byte{r.Pasted[r.Trial.Leaf-1].DER.Data}
	for i, p := range r.Pasted {
		if p.Root {
			roots = append(roots, p.Parsed)
		} else if p.Judged && i+1 != r.Trial.Leaf {
			sent = append(sent, p.DER.Data)
		}
	}
	return sent, roots
}

// clock is what the run takes for now.
func (a *App) clock() time.Time {
	if now := view.ClockOf(a.Trace); !now.IsZero() {
		return now
	}
	return time.Now()
}

// judge sets out how what was pasted is judged. It is carried out when it is
// looked at.
func (a *App) judge() {
	r := &a.State.Reading
	t := &r.Trial
	if t.Leaf == 0 {
		return
	}
	t.Time = a.clock()
	if now, ok := view.ParseTrialClock(t.Clock); ok {
		t.Time = now
	}
	o := trust.Options{By: trace.Client, Time: t.Time.UTC().Truncate(time.Second), Logs: pki.Logs()}
	switch t.Usage {
	case "server":
		o.Host = t.Host
	case "client":
		o.By, o.Usages = trace.Server, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	default:
		o.Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
	}
	var sent [][]byte
	sent, o.Roots = a.sent()
	t.OCSP = nil
	for i, p := range r.Pasted {
		switch {
		case p.DER == nil || len(p.DER.Data) > maxKey:
		case p.Kind == asn1view.OCSPResponse:
			o.OCSP = append(o.OCSP, p.DER.Data)
			t.OCSP = append(t.OCSP, i+1)
		case p.Kind == asn1view.PublicKey:
			o.Logs = append(o.Logs, p.DER.Data)
		}
	}
	t.Judgement = trace.Judge(o.By, func() *trace.Verification { return trust.Verify(sent, o) })
	a.findKey()
}

// findKey looks for the private key of the certificate in question, and says why
// there is none.
func (a *App) findKey() {
	r := &a.State.Reading
	t := &r.Trial
	leaf := r.Pasted[t.Leaf-1].Parsed
	t.Key, t.KeyNote = 0, ""
	keys, encrypted, owner := 0, false, ""
	for i, p := range r.Pasted {
		switch {
		case p.Key == nil:
			encrypted = encrypted || p.Kind == asn1view.EncryptedPrivateKey || p.Kind == asn1view.PKCS12 || p.Kind.Secret() && p.DER == nil && p.Err != nil
		case leaf != nil && belongs(p.Key, leaf):
			t.Key = i + 1
			return
		default:
			keys++
			for _, q := range r.Pasted {
				if q.Parsed != nil && belongs(p.Key, q.Parsed) {
					owner = q.Name()
				}
			}
		}
	}
	switch {
	case leaf == nil:
		t.KeyNote = "crypto/x509 can’t read this certificate, so no end of the run can use it."
	case encrypted:
		t.KeyNote = "The private key is encrypted, and this page asks for no passphrase. Decrypt it with openssl pkey -in FILE (a PKCS #12 file with openssl pkcs12 -in FILE -nodes), and paste what comes out beside the certificate."
	case owner != "":
		t.KeyNote = "The private key that you pasted is not this certificate’s, but that of " + owner + ": choose that as the certificate in question, or paste the right key."
	case keys > 0:
		t.KeyNote = "The private key that you pasted belongs to none of the certificates: paste the one that the certificate was made with."
	default:
		t.KeyNote = "To let the run’s server or client use this certificate, paste its private key (-----BEGIN PRIVATE KEY-----) beside it. Client and server run in this page, so the key never leaves it."
	}
}

// belongs tells whether the key is the one that c is for.
func belongs(key crypto.Signer, c *x509.Certificate) bool {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(c.PublicKey)
}

// use runs with what was pasted. The scenario's check has the last word.
func (a *App) use(what string) {
	r := &a.State.Reading
	t := &r.Trial
	sc := a.State.Scenario
	t.Problem = ""
	if what == "" {
		if sc.Client.Identity != "" && sc.Client.Certificate == "" {
			sc.Server.ClientAuth = "" // there is no other to ask for
		}
		sc.Server.Identity, sc.Client.Identity, sc.Client.Roots, sc.Server.Roots = "", "", "", ""
		a.run(sc)
		return
	}
	if t.Leaf == 0 {
		return
	}
	sent, trusted := a.sent()
	var identity, roots []byte
	for _, der := range sent {
		identity = append(identity, certificatePEM(der)...)
	}
	for _, c := range trusted {
		roots = append(roots, certificatePEM(c.Raw)...)
	}
	switch what {
	case "client.roots":
		sc.Client.Roots = string(roots)
	case "server.roots":
		sc.Server.Roots = string(roots)
	case "server", "client":
		if t.Key == 0 {
			return
		}
		identity = append(identity, r.Pasted[t.Key-1].KeyPEM...)
		if t.Clock != "" {
			sc.Clock = scenario.FormatClock(t.Time)
		}
		if what == "client" {
			sc.Client.Identity, sc.Client.Fault, sc.Server.Roots = string(identity), "", string(roots)
			if sc.Server.ClientAuth == "" {
				sc.Server.ClientAuth = "require-and-verify"
			}
			break
		}
		sc.Server.Identity, sc.Fault, sc.Client.ServerName, sc.Client.Roots = string(identity), "", "", string(roots)
		named := sc
		if named.Host = t.Host; named.Check() == nil { // it can be an address, which no client puts into its hello
			sc = named
		}
	}
	if err := sc.Check(); err != nil {
		t.Problem = fixOf(err) // the value is a key
		return
	}
	a.run(sc)
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
