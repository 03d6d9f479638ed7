package keys

import (
	"crypto/hmac"
	"fmt"
	"strconv"
	"strings"
)

// base is a secret of TLS 1.3 that keys are derived from.
type base struct {
	rec    *Recorder
	suite  Suite
	secret []byte
	id     string
	update int
}

// Secret is the secret, as long as the hash.
func (b *base) Secret() []byte { return b.secret }

// ID is its name, as in Step.ID.
func (b *base) ID() string { return b.id }

// name is the ID with the number of the update, where the RFC numbers.
func (b *base) name() string {
	if strings.Contains(b.id, "application") {
		return b.id + "_" + strconv.Itoa(b.update)
	}
	return b.id
}

// prefix is the ID without its ending: client_handshake.
func (b *base) prefix() string {
	return strings.TrimSuffix(strings.TrimSuffix(b.id, "_traffic_secret"), "_key")
}

func (b *base) add(s Step) []byte {
	s.Update = b.update
	return b.rec.add(s)
}

// finishedKey is the HMAC key of Finished messages and binders. RFC 8446,
// Section 4.4.4.
func (b *base) finishedKey() []byte {
	return b.add(expandStep(b.suite, b.prefix()+"_finished_key", b.secret, b.name(), "finished", nil, `""`,
		b.suite.Hash.Size(), "RFC 8446, Section 4.4.4"))
}

// mac is HMAC(finished_key, transcript hash).
func (b *base) mac(id string, th TranscriptHash, section string) []byte {
	key := b.finishedKey()
	mac := hmac.New(b.suite.Hash.New, key)
	mac.Write(th.Sum)
	return b.add(Step{
		ID: id, Function: FnHMAC, Context: th.Covers, Hash: b.suite.Hash, Section: section,
		Formula: "HMAC(finished_key, Transcript-Hash(" + th.Covers + "))",
		Inputs:  []Input{{"key", key}, {"data", th.Sum}}, Output: mac.Sum(nil),
	})
}

// Traffic is a traffic secret: it protects one direction's records for one epoch.
type Traffic struct{ base }

// NewTraffic starts from a traffic secret that a key log gave. label is the key
// log's: CLIENT_HANDSHAKE_TRAFFIC_SECRET.
func NewTraffic(rec *Recorder, s Suite, label string, secret []byte) (*Traffic, error) {
	if err := need13(s); err != nil {
		return nil, err
	}
	id, ok := map[string]string{
		LabelClientEarlyTraffic: "client_early_traffic_secret",
		LabelClientHandshake:    "client_handshake_traffic_secret",
		LabelServerHandshake:    "server_handshake_traffic_secret",
		LabelClientTraffic:      "client_application_traffic_secret",
		LabelServerTraffic:      "server_application_traffic_secret",
	}[label]
	if !ok {
		return nil, fmt.Errorf("keys: %s is no traffic secret: pass one whose label ends in TRAFFIC_SECRET", label)
	}
	if len(secret) != s.Hash.Size() {
		return nil, fmt.Errorf("keys: %s has %d bytes, %s takes %d: check that key log and capture belong together", label, len(secret), s.Name, s.Hash.Size())
	}
	return &Traffic{base{rec, s, clone(secret), id, 0}}, nil
}

// Suite is the cipher suite.
func (t *Traffic) Suite() Suite { return t.suite }

// Update is how many KeyUpdates came before.
func (t *Traffic) Update() int { return t.update }

// Keys are the write key and IV. RFC 8446, Section 7.3.
func (t *Traffic) Keys() (key, iv []byte) {
	key = t.add(expandStep(t.suite, t.prefix()+"_write_key", t.secret, t.name(), "key", nil, `""`, t.suite.KeyLen, "RFC 8446, Section 7.3"))
	iv = t.add(expandStep(t.suite, t.prefix()+"_write_iv", t.secret, t.name(), "iv", nil, `""`, t.suite.FixedIVLen, "RFC 8446, Section 7.3"))
	return key, iv
}

// FinishedKey is the key of the sender's Finished, as long as the hash.
func (t *Traffic) FinishedKey() []byte { return t.finishedKey() }

// VerifyData is the content of the sender's Finished. th covers everything before
// that message. RFC 8446, Section 4.4.4.
func (t *Traffic) VerifyData(th TranscriptHash) []byte {
	return t.mac(t.prefix()+"_verify_data", th, "RFC 8446, Section 4.4.4")
}

// Next is the secret after a KeyUpdate. RFC 8446, Section 7.2.
func (t *Traffic) Next() *Traffic {
	n := &Traffic{base{t.rec, t.suite, nil, t.id, t.update + 1}}
	n.secret = n.add(expandStep(t.suite, t.id, t.secret, t.name(), "traffic upd", nil, `""`, t.suite.Hash.Size(), "RFC 8446, Section 7.2"))
	return n
}

// Opener opens the records that the secret protects.
func (t *Traffic) Opener() (*Opener, error) { return NewOpener13(t.suite, t.secret) }

// Binder is a binder_key.
type Binder struct{ base }

// Entry is the PskBinderEntry. th covers the ClientHello up to its binders list,
// see [Transcript.SumTruncated]. RFC 8446, Section 4.2.11.2.
func (b *Binder) Entry(th TranscriptHash) []byte {
	return b.mac("binder", th, "RFC 8446, Section 4.2.11.2")
}
