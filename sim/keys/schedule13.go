package keys

import (
	"crypto"
	"fmt"
)

// The key schedule of TLS 1.3 (RFC 8446, Section 7.1) as a chain of stages, each
// of which leads only to what may follow it:
//
//	Early --shared secret--> Handshake --> Master
//	  |                        |             |
//	  binder, early traffic    traffic       traffic, exporter, resumption
//
// A capture whose key log gives only traffic secrets starts at NewTraffic.

// stage is what the three stages share.
type stage struct {
	rec    *Recorder
	suite  Suite
	secret []byte
}

// Secret is the stage's secret, as long as the hash.
func (s *stage) Secret() []byte { return s.secret }

// Early is the Early Secret.
type Early struct{ stage }

// Handshake is the Handshake Secret.
type Handshake struct{ stage }

// Master is the Master Secret.
type Master struct{ stage }

// NewEarly starts the schedule from the pre-shared key, nil if there is none.
func NewEarly(rec *Recorder, s Suite, psk []byte) (*Early, error) {
	if err := need13(s); err != nil {
		return nil, err
	}
	ikm, formula := psk, "HKDF-Extract(0, PSK)"
	if psk == nil {
		ikm, formula = make([]byte, s.Hash.Size()), "HKDF-Extract(0, 0)"
	}
	e := &Early{stage{rec: rec, suite: s}}
	e.secret = e.extract("early_secret", make([]byte, s.Hash.Size()), ikm, formula)
	return e, nil
}

func need13(s Suite) error {
	if !s.TLS13() || s.Hash == 0 {
		return fmt.Errorf("keys: no key schedule of TLS 1.3 with %s: choose a TLS 1.3 suite whose hash is SHA-256 or SHA-384", s.Name)
	}
	return nil
}

func (s *stage) extract(id string, salt, ikm []byte, formula string) []byte {
	return s.rec.add(Step{
		ID: id, Function: FnExtract, Hash: s.suite.Hash, Formula: formula, Section: "RFC 8446, Section 7.1",
		Inputs: []Input{{"salt", salt}, {"IKM", ikm}}, Output: extract(s.suite.Hash, salt, ikm),
	})
}

// derive is Derive-Secret(secret, label, messages).
func (s *stage) derive(id, of, label string, th TranscriptHash) []byte {
	messages := th.Covers
	if messages == "" {
		messages = `""`
	}
	return s.rec.add(deriveStep(s.suite, id, s.secret, of, label, th, messages))
}

func deriveStep(s Suite, id string, secret []byte, of, label string, th TranscriptHash, messages string) Step {
	n := s.Hash.Size()
	return Step{
		ID: id, Function: FnDerive, Label: label, Context: th.Covers, Hash: s.Hash, Section: "RFC 8446, Section 7.1",
		Formula: "Derive-Secret(" + of + ", " + quote(label) + ", " + messages + ")",
		Inputs:  []Input{{"Secret", secret}, {"Context", th.Sum}, {"HkdfLabel", hkdfLabel(label, th.Sum, n)}},
		Output:  expandLabel(s.Hash, secret, label, th.Sum, n),
	}
}

// expandStep is HKDF-Expand-Label(secret, label, context, length).
func expandStep(s Suite, id string, secret []byte, of, label string, context []byte, contextName string, length int, section string) Step {
	return Step{
		ID: id, Function: FnExpand, Label: label, Hash: s.Hash, Section: section,
		Formula: fmt.Sprintf("HKDF-Expand-Label(%s, %q, %s, %d)", of, label, contextName, length),
		Inputs:  []Input{{"Secret", secret}, {"Context", context}, {"HkdfLabel", hkdfLabel(label, context, length)}},
		Output:  expandLabel(s.Hash, secret, label, context, length),
	}
}

// Binder derives the key that proves possession of a PSK: one from a ticket, or
// an external one.
func (e *Early) Binder(external bool) *Binder {
	label := "res binder"
	if external {
		label = "ext binder"
	}
	return &Binder{base{e.rec, e.suite, e.derive("binder_key", "Early Secret", label, EmptyHash(e.suite.Hash)), "binder_key", 0}}
}

// ClientTraffic is client_early_traffic_secret, which protects 0-RTT data. th
// covers ClientHello.
func (e *Early) ClientTraffic(th TranscriptHash) *Traffic {
	return &Traffic{base{e.rec, e.suite, e.derive("client_early_traffic_secret", "Early Secret", "c e traffic", th), "client_early_traffic_secret", 0}}
}

// Exporter is early_exporter_master_secret. th covers ClientHello.
func (e *Early) Exporter(th TranscriptHash) *Exporter {
	return &Exporter{e.rec, e.suite, e.derive("early_exporter_master_secret", "Early Secret", "e exp master", th), "early_exporter_master_secret"}
}

// Handshake mixes in the shared secret of (EC)DHE, nil when the handshake runs
// on the PSK alone.
func (e *Early) Handshake(shared []byte) *Handshake {
	derived := e.derive("early_derived", "Early Secret", "derived", EmptyHash(e.suite.Hash))
	ikm, formula := shared, `HKDF-Extract(Derive-Secret(Early Secret, "derived", ""), (EC)DHE)`
	if shared == nil {
		ikm, formula = make([]byte, e.suite.Hash.Size()), `HKDF-Extract(Derive-Secret(Early Secret, "derived", ""), 0)`
	}
	h := &Handshake{stage{rec: e.rec, suite: e.suite}}
	h.secret = h.extract("handshake_secret", derived, ikm, formula)
	return h
}

// ClientTraffic is client_handshake_traffic_secret. th covers
// ClientHello..ServerHello.
func (h *Handshake) ClientTraffic(th TranscriptHash) *Traffic {
	return h.traffic("client_handshake_traffic_secret", "c hs traffic", th)
}

// ServerTraffic is server_handshake_traffic_secret. th covers
// ClientHello..ServerHello.
func (h *Handshake) ServerTraffic(th TranscriptHash) *Traffic {
	return h.traffic("server_handshake_traffic_secret", "s hs traffic", th)
}

func (h *Handshake) traffic(id, label string, th TranscriptHash) *Traffic {
	return &Traffic{base{h.rec, h.suite, h.derive(id, "Handshake Secret", label, th), id, 0}}
}

// Master is the last extraction, which adds nothing secret.
func (h *Handshake) Master() *Master {
	derived := h.derive("handshake_derived", "Handshake Secret", "derived", EmptyHash(h.suite.Hash))
	m := &Master{stage{rec: h.rec, suite: h.suite}}
	m.secret = m.extract("master_secret", derived, make([]byte, h.suite.Hash.Size()),
		`HKDF-Extract(Derive-Secret(Handshake Secret, "derived", ""), 0)`)
	return m
}

// ClientTraffic is client_application_traffic_secret_0. th covers
// ClientHello..server Finished.
func (m *Master) ClientTraffic(th TranscriptHash) *Traffic {
	return m.traffic("client_application_traffic_secret", "c ap traffic", th)
}

// ServerTraffic is server_application_traffic_secret_0. th covers
// ClientHello..server Finished.
func (m *Master) ServerTraffic(th TranscriptHash) *Traffic {
	return m.traffic("server_application_traffic_secret", "s ap traffic", th)
}

func (m *Master) traffic(id, label string, th TranscriptHash) *Traffic {
	return &Traffic{base{m.rec, m.suite, m.derive(id, "Master Secret", label, th), id, 0}}
}

// Exporter is exporter_master_secret. th covers ClientHello..server Finished.
func (m *Master) Exporter(th TranscriptHash) *Exporter {
	return &Exporter{m.rec, m.suite, m.derive("exporter_master_secret", "Master Secret", "exp master", th), "exporter_master_secret"}
}

// Resumption is resumption_master_secret. th covers ClientHello..client Finished.
func (m *Master) Resumption(th TranscriptHash) *Resumption {
	return &Resumption{m.rec, m.suite, m.derive("resumption_master_secret", "Master Secret", "res master", th)}
}

// Resumption is the resumption_master_secret.
type Resumption struct {
	rec    *Recorder
	suite  Suite
	secret []byte
}

// Secret is resumption_master_secret, as long as the hash.
func (r *Resumption) Secret() []byte { return r.secret }

// PSK is the pre-shared key of a ticket with that nonce (0 to 255 bytes). RFC
// 8446, Section 4.6.1.
func (r *Resumption) PSK(ticketNonce []byte) []byte {
	return r.rec.add(expandStep(r.suite, "resumption_psk", r.secret, "resumption_master_secret", "resumption",
		ticketNonce, "ticket_nonce", r.suite.Hash.Size(), "RFC 8446, Section 4.6.1"))
}

// Exporter is an exporter secret, of the handshake or of 0-RTT.
type Exporter struct {
	rec    *Recorder
	suite  Suite
	secret []byte
	id     string
}

// NewExporter starts from a logged EXPORTER_SECRET (or, with early, an
// EARLY_EXPORTER_SECRET).
func NewExporter(rec *Recorder, s Suite, early bool, secret []byte) (*Exporter, error) {
	if err := need13(s); err != nil {
		return nil, err
	}
	id := "exporter_master_secret"
	if early {
		id = "early_" + id
	}
	return &Exporter{rec, s, clone(secret), id}, nil
}

// Secret is the exporter secret, as long as the hash.
func (x *Exporter) Secret() []byte { return x.secret }

// Export is TLS-Exporter: length bytes for an application's label and context.
// RFC 8446, Section 7.5.
func (x *Exporter) Export(label string, context []byte, length int) []byte {
	derived := x.rec.add(deriveStep(x.suite, "exporter_derived", x.secret, x.id, label, EmptyHash(x.suite.Hash), `""`))
	return x.rec.add(expandStep(x.suite, "exporter", derived, "exporter_derived", "exporter",
		sum(x.suite.Hash, context), "Hash(context_value)", length, "RFC 8446, Section 7.5"))
}

func sum(h crypto.Hash, b []byte) []byte {
	d := newHash(h)
	d.Write(b)
	return d.Sum(nil)
}
