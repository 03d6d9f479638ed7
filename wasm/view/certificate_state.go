package view

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/sim/x509view"
)

// Reading is what the view of the certificates shows.
type Reading struct {
	// What is chosen: a certificate of the run or what was pasted, counted from 1.
	// With neither, the first of the run is shown where there is room.
	Certificate, Object int

	Node  string // the chosen field's path, or empty
	Field int    // the same as one of the certificate's Fields, counted from 1, or 0

	Making string // which certificate the workshop edits, such as "server.leaf", or empty for that

	Pasted []*Pasted
	Left   int    // how many more objects there were
	Error  string // why nothing could be read of it
	Trial  Trial  // how it is judged
}

// Pasted is one object of what was pasted or dropped.
type Pasted struct {
	x509view.Object
	File string // where it came from, empty when it was pasted

	// Certificate is the object in readable form, once Open has read it; of what
	// is no certificate only DER and Tree. DER is nil for what holds a private key.
	Certificate *trace.Certificate

	// Judged tells that it is a certificate that takes part in the trial, and Root
	// that it is taken as trusted. Parsed is nil where crypto/x509 can't read it.
	Judged, Root, SelfSigned bool
	Parsed                   *x509.Certificate
	// Key is a private key, of which nothing is shown, as PEM in KeyPEM.
	Key    crypto.Signer
	KeyPEM []byte
}

// The actions of the view of the certificates.
const (
	ActObject = "object" // show a certificate of the run, "2", or what was pasted, "p2"
	ActField  = "field"  // choose a field of the certificate that is shown, counted from 1
	ActPaste  = "paste"  // read what was pasted or dropped in place of what there is: its file's name, a line feed, the bytes
	ActAlso   = "also"   // the same beside what there is
	ActForget = "forget" // forget all that was pasted
	ActMake   = "make"   // choose the certificate to be edited: server.leaf
	ActEdit   = "edit"   // edit it: end, scenario.Edit's first two words = its values
	ActTrial  = "trial"  // judge what was pasted otherwise: name=value, see Trial
	ActUse    = "use"    // run with it: as the identity of "server" or "client", or its roots as "client.roots" or "server.roots"; none takes all back
)

// Chosen tells whether the visitor asked for what is shown.
func (r Reading) Chosen() bool { return r.Certificate > 0 || r.Object > 0 }

// Opened tells whether something was chosen that, where there is no room beside
// it, is shown over the page.
func (s State) Opened() bool {
	switch s.View {
	case ViewHandshake:
		return s.Asked
	case ViewKeys:
		return s.Derivation != ""
	case ViewCertificates:
		return s.Reading.Chosen()
	}
	return false
}

// FieldShown is the path of the chosen field in the view that is shown.
func (s State) FieldShown() string {
	if s.View == ViewCertificates {
		return s.Reading.Node
	}
	return s.Node
}

// inView makes the chosen field of the view that is shown the state's Node, up
// to the call of what it returns.
func (s *State) inView() (done func()) {
	if s.View != ViewCertificates {
		return func() {}
	}
	was := s.Node
	s.Node = s.Reading.Node
	return func() {
		if s.Reading.Node != s.Node {
			s.Reading.Field = 0
		}
		s.Reading.Node, s.Node = s.Node, was
		if s.Reading.Node != "" && !s.Reading.Chosen() {
			s.Reading.Certificate = 1
		}
	}
}

// shownRoots is the trees that fields can be chosen from.
func shownRoots(s *State, t *trace.Trace) []*trace.Node {
	if s.View == ViewCertificates {
		if c, _ := certificateShown(t, s); c != nil && c.Tree != nil {
			return []*trace.Node{c.Tree}
		}
		return nil
	}
	if s.Event < 0 || s.Event >= len(t.Events) {
		return nil
	}
	return roots(t.Events[s.Event])
}

// certificateShown is what the panel shows, and what was pasted if it is that.
func certificateShown(t *trace.Trace, s *State) (*trace.Certificate, *Pasted) {
	r := &s.Reading
	if r.Object > 0 {
		if r.Object > len(r.Pasted) {
			return nil, nil
		}
		p := r.Pasted[r.Object-1]
		return p.Certificate, p
	}
	if i := max(r.Certificate, 1); i <= len(t.Certificates) {
		return t.Certificates[i-1].Certificate(), nil
	}
	return nil, nil
}

// ChooseObject shows a certificate of the run or one of what was pasted; empty
// puts it away.
func ChooseObject(s *State, t *trace.Trace, arg string) {
	number, pasted := strings.CutPrefix(arg, "p")
	n, err := strconv.Atoi(number)
	r := &s.Reading
	switch {
	case arg == "":
		r.Certificate, r.Object = 0, 0
	case err != nil || n < 1:
		return
	case pasted && n <= len(r.Pasted):
		r.Pasted[n-1].Open()
		if c := r.Pasted[n-1].Certificate; c != nil && c.Fields == nil && s.Open != nil {
			s.Open[partObject] = true // there is nothing else to see of it
		}
		r.Certificate, r.Object = 0, n
	case !pasted && n <= len(t.Certificates):
		r.Certificate, r.Object = n, 0
	default:
		return
	}
	r.Node, r.Field, s.Term = "", 0, ""
}

// ChooseCertificateField chooses one of the fields in a person's order.
func ChooseCertificateField(s *State, t *trace.Trace, arg string) {
	c, _ := certificateShown(t, s)
	n, err := strconv.Atoi(arg)
	if c == nil || c.Tree == nil || err != nil || n < 1 || n > len(c.Fields) {
		return
	}
	f := c.Fields[n-1]
	Choose(s, t, pathOfSpan(c.Tree, rootPath(c.Tree.Buf), f.Offset, f.Length))
	s.Reading.Field = n
}

// pathOfSpan is the path of the outermost node at exactly these bytes, else of
// the innermost that has them all.
func pathOfSpan(n *trace.Node, path string, off, length int) string {
	if n.Off == off && n.Len == length {
		return path
	}
	for i, c := range n.Children {
		if off >= c.Off && off+length <= c.End() && c.Len > 0 {
			return pathOfSpan(c, childPath(path, i), off, length)
		}
	}
	return path
}

// idIn is the id of a part that several views have: all of them are in the
// document at once.
func idIn(s State, name string) string {
	if s.View == ViewCertificates {
		return "certificate-" + name
	}
	return name
}

// firstPasted is the number of the first buffer of what was pasted: none of a
// run's comes near it, so that no two fields on the page have the same path.
const firstPasted = 1 << 20

// NewPasted is the object at that place among what was pasted.
func NewPasted(o x509view.Object, file string, at int) *Pasted {
	p := &Pasted{Object: o, File: file}
	if o.DER != nil {
		own := *o.DER // what comes in a bundle shares it
		own.ID = firstPasted + at
		p.DER = &own
	}
	return p
}

// Open reads the object, unless it has been read. Of a private key it shows the
// shape alone.
func (p *Pasted) Open() {
	if p.Certificate != nil || p.DER == nil {
		return
	}
	if p.Kind == asn1view.Certificate {
		p.Certificate = x509view.Read("", "", p.DER)
		return
	}
	if p.Kind == asn1view.CertificateRequest {
		p.Certificate = x509view.ReadRequest(p.DER)
		return
	}
	p.Certificate = x509view.ReadStatement(p.DER, p.Kind)
	if p.Kind.Secret() {
		p.Certificate.Tree = shapeOf(p.Certificate.Tree)
		clear(p.DER.Data)
		p.Certificate.DER, p.DER = nil, nil
	}
}

// sum is the SHA-256 of the object.
func (p *Pasted) sum() []byte {
	if p.DER == nil {
		return nil
	}
	sum := sha256.Sum256(p.DER.Data)
	return sum[:]
}

// shapeOf is a tree without its values, but for the names of algorithms.
func shapeOf(n *trace.Node) *trace.Node {
	switch n.ID.Name() {
	case "privateKeyAlgorithm", "encryptionAlgorithm", "ECParameters", "version":
		return n
	}
	c := &trace.Node{ID: n.ID, Buf: n.Buf, Off: n.Off, Len: n.Len}
	for _, k := range n.Children {
		c.Children = append(c.Children, shapeOf(k))
	}
	return c
}

// visitCertificate shows the certificate that an address names.
func visitCertificate(s *State, t *trace.Trace, p Place) error {
	if s.Reading.Making = ""; p.Make != "" {
		if ChooseMaking(s, p.Make); s.Reading.Making == "" {
			return fmt.Errorf("view: the address asks to make %q: give server or client, a dot, and one of %s", printable(p.Make, 40), strings.Join(scenario.Links, ", "))
		}
	}
	if p.Pasted > len(s.Reading.Pasted) {
		ChooseObject(s, t, "")
		return fmt.Errorf("view: the address asks for object %d of what was pasted, which is in no link: paste it below", p.Pasted)
	}
	if p.Pasted > 0 {
		if s.Reading.Object != p.Pasted {
			ChooseObject(s, t, "p"+strconv.Itoa(p.Pasted))
		}
		if p.Field != "" && p.Field != s.Reading.Node && nodeAt(s, t, p.Field) != nil {
			Choose(s, t, p.Field)
		}
		return nil
	}
	if p.Certificate == 0 {
		if s.Reading.Chosen() {
			ChooseObject(s, t, "")
		}
		return nil
	}
	if p.Certificate > len(t.Certificates) {
		return fmt.Errorf("view: the address asks for certificate %d, and this run has %d", p.Certificate, len(t.Certificates))
	}
	if s.Reading.Certificate != p.Certificate {
		ChooseObject(s, t, strconv.Itoa(p.Certificate))
	}
	if p.Field != "" && p.Field != s.Reading.Node {
		if nodeAt(s, t, p.Field) == nil {
			return fmt.Errorf("view: certificate %d of this run has no field at %q", p.Certificate, printable(p.Field, 40))
		}
		Choose(s, t, p.Field)
	}
	return nil
}

// ClockOf is what the ends of the run took for now, or the zero time.
func ClockOf(t *trace.Trace) time.Time {
	if sc, ok := t.Scenario.(scenario.Scenario); ok && sc.Clock != "" {
		if now, err := sc.Time(); err == nil {
			return now
		}
	}
	return time.Time{}
}
