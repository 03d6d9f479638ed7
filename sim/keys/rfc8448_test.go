package keys

import (
	"bytes"
	"crypto/ecdh"
	"crypto/x509"
	_ "embed"
	"encoding/hex"
	"strings"
	"testing"
)

//go:embed testdata/rfc8448.txt
var rfc8448 string

// trace8448 is one section of testdata/rfc8448.txt.
type trace8448 struct {
	section string
	lines   [][]string
	values  map[string][]byte
	keys    map[string]*ecdh.PrivateKey // the last of each side
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func traces8448(t testing.TB) (out []*trace8448) {
	t.Helper()
	var tr *trace8448
	for line := range strings.Lines(rfc8448) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		switch f[0] {
		case "section":
			tr = &trace8448{section: f[1], values: map[string][]byte{}, keys: map[string]*ecdh.PrivateKey{}}
			out = append(out, tr)
			continue
		case "value":
			if old := tr.values[f[1]]; old != nil {
				t.Fatalf("section %s has two values for %s", tr.section, f[1])
			}
			tr.values[f[1]] = unhex(t, f[2])
		case "key":
			curve := ecdh.X25519()
			if f[2] == "p256" {
				curve = ecdh.P256()
			}
			key, err := curve.NewPrivateKey(unhex(t, f[3]))
			if err != nil {
				t.Fatal(err)
			}
			tr.keys[f[1]] = key
		}
		tr.lines = append(tr.lines, f)
	}
	return out
}

// follower derives everything as the records come, like a capture with ephemeral
// keys.
type follower struct {
	t          *testing.T
	section    string
	values     map[string][]byte // what is known from elsewhere, by step
	shared     func(clientHello, serverHello []byte) []byte
	hello      []byte // the last ClientHello
	rec        Recorder
	suite      Suite
	transcript Transcript
	psk        []byte
	earlyData  bool
	newPSK     []byte // from the last ticket
	early      *Early
	hs         *Handshake
	master     *Master
	cHS, sHS   *Traffic
	cAP, sAP   *Traffic
	open       map[string]*Opener // by side, nil: plaintext
	pending    []byte             // messages of the RFC that await their record
	leaf       map[string]*x509.Certificate
	resumption *Resumption
	exporter   *Exporter
	data       map[string][]byte
}

func (f *follower) must(c Check) {
	f.t.Helper()
	if !c.OK {
		f.t.Errorf("section %s: %s: %s", f.section, c.Name, c.Detail)
	}
}

func (f *follower) opener(tr *Traffic) *Opener {
	tr.Keys()
	o, err := tr.Opener()
	if err != nil {
		f.t.Fatal(err)
	}
	return o
}

func (f *follower) record(side string, rec []byte) {
	if rec[0] == TypeChangeCipherSpec {
		return
	}
	typ, plain := rec[0], rec[HeaderLen:]
	if o := f.open[side]; o != nil {
		got, err := o.Open(rec)
		if err != nil {
			f.t.Fatalf("section %s: %v", f.section, err)
		}
		typ, plain = got.Type, got.Plain[:got.ContentLen]
	}
	switch typ {
	case TypeHandshake:
		if len(f.pending) > 0 && !bytes.Equal(plain, f.pending) {
			f.t.Errorf("section %s: the record holds other messages than the RFC shows", f.section)
		}
		f.pending = nil
		for len(plain) > 0 {
			n := 4 + int(plain[1])<<16 + int(plain[2])<<8 + int(plain[3])
			f.message(side, plain[:n])
			plain = plain[n:]
		}
	case TypeApplicationData:
		f.data[side] = append(f.data[side], plain...)
	case TypeAlert:
		if !bytes.Equal(plain, []byte{1, 0}) {
			f.t.Errorf("section %s: alert %x", f.section, plain)
		}
	}
}

func (f *follower) message(side string, msg []byte) {
	t, client := f.t, side == "client"
	before := f.transcript.Sum()
	switch {
	case msg[0] == msgClientHello:
		var err error
		if f.suite.ID == 0 {
			f.suite, _ = SuiteByID(0x1301)
		}
		if f.early, err = NewEarly(&f.rec, f.suite, f.psk); err != nil {
			t.Fatal(err)
		}
		if f.psk != nil { // the list of one binder is the end of the message
			b := f.early.Binder(false)
			th := f.transcript.SumTruncated(f.suite.Hash, msg[:len(msg)-2-1-f.suite.Hash.Size()])
			if known := f.values["binder_hash"]; known != nil && !bytes.Equal(th.Sum, known) {
				t.Errorf("binder hash is %x", th.Sum)
			}
			f.must(CheckBinder(b, th, msg[len(msg)-f.suite.Hash.Size():]))
		}
		f.transcript.SetHash(f.suite.Hash)
		f.transcript.Add(client, msg)
		f.hello = msg
		if f.earlyData {
			f.open["client"] = f.opener(f.early.ClientTraffic(f.transcript.Sum()))
			f.early.Exporter(f.transcript.Sum())
		}
		return
	case IsHelloRetryRequest(msg), msg[0] == 4:
		if msg[0] == 4 { // a ticket: lifetime, age_add, nonce
			f.newPSK = f.resumption.PSK(msg[13 : 13+msg[12]])
			return
		}
	case msg[0] == msgServerHello:
		f.transcript.Add(client, msg)
		f.hs = f.early.Handshake(f.shared(f.hello, msg))
		f.cHS, f.sHS = f.hs.ClientTraffic(f.transcript.Sum()), f.hs.ServerTraffic(f.transcript.Sum())
		f.open["server"] = f.opener(f.sHS)
		if !f.earlyData {
			f.open["client"] = f.opener(f.cHS)
		}
		return
	case msg[0] == 11:
		n := int(msg[8])<<16 + int(msg[9])<<8 + int(msg[10])
		leaf, err := x509.ParseCertificate(msg[11 : 11+n])
		if err != nil {
			t.Fatal(err)
		}
		f.leaf[side] = leaf
	case msg[0] == 15:
		f.must(CheckCertificateVerify(VersionTLS13, client, &f.transcript, f.transcript.Len(), msg, f.leaf[side].PublicKey))
	case msg[0] == 5: // EndOfEarlyData
		f.transcript.Add(client, msg)
		f.open["client"] = f.opener(f.cHS)
		return
	case msg[0] == msgFinished && !client:
		f.must(CheckFinished13(f.sHS, before, msg))
		f.transcript.Add(client, msg)
		f.master = f.hs.Master()
		f.cAP, f.sAP = f.master.ClientTraffic(f.transcript.Sum()), f.master.ServerTraffic(f.transcript.Sum())
		f.exporter = f.master.Exporter(f.transcript.Sum())
		f.open["server"] = f.opener(f.sAP)
		return
	case msg[0] == msgFinished:
		f.must(CheckFinished13(f.cHS, before, msg))
		f.transcript.Add(client, msg)
		f.open["client"] = f.opener(f.cAP)
		f.resumption = f.master.Resumption(f.transcript.Sum())
		return
	}
	f.transcript.Add(client, msg)
}

// TestRFC8448 replays every trace of the RFC: the records decrypt, every Finished,
// signature and binder verifies, and every published value is derived.
func TestRFC8448(t *testing.T) {
	traces := traces8448(t)
	if len(traces) != 5 {
		t.Fatalf("%d sections", len(traces))
	}
	var psk []byte
	for _, tr := range traces {
		t.Run("section "+tr.section, func(t *testing.T) {
			f := &follower{t: t, section: tr.section, values: tr.values, open: map[string]*Opener{}, leaf: map[string]*x509.Certificate{}, data: map[string][]byte{}}
			if tr.section == "4" {
				f.psk, f.earlyData = psk, true
			}
			f.shared = func([]byte, []byte) []byte {
				shared, err := tr.keys["client"].ECDH(tr.keys["server"].PublicKey())
				if err != nil {
					t.Fatal(err)
				}
				return f.rec.add(Step{ID: "shared_secret", Output: shared})
			}
			var hash Transcript // of the messages as the RFC shows them in the clear
			records := 0
			for _, l := range tr.lines {
				switch l[0] {
				case "record":
					f.record(l[1], unhex(t, l[2]))
					hash = f.transcript
					records++
				case "message":
					msg := unhex(t, l[2])
					f.pending = append(f.pending, msg...)
					if hash.Len() == f.transcript.Len() { // don't share its state
						hash = Transcript{}
						for i := range f.transcript.Len() {
							hash.Add(i == 0, f.transcript.msgs[i])
						}
						hash.SetHash(f.suite.Hash)
					}
					hash.Add(l[1] == "client", msg)
				case "hash":
					if got := hash.Sum(); got.Sum == nil || hex.EncodeToString(got.Sum) != l[1] {
						t.Errorf("transcript hash of %s is %x, published is %s", got.Covers, got.Sum, l[1])
					}
				}
			}
			for id, want := range tr.values {
				if id == "binder_hash" {
					continue
				}
				if step, ok := f.rec.Step(id); !ok || !bytes.Equal(step.Output, want) {
					t.Errorf("%s is %x, published is %x", id, step.Output, want)
				}
			}
			if tr.section == "3" {
				psk = tr.values["resumption_psk"]
			}
			if tr.section == "3" || tr.section == "4" { // 50 bytes counting up, each way; section 4 has early data too
				for side, data := range f.data {
					if n := len(data); n < 50 || data[n-1] != 49 || data[n-50] != 0 {
						t.Errorf("%s sent %x", side, data)
					}
				}
			}
			if early := f.data["client"]; tr.section == "4" && !bytes.HasPrefix(early, []byte("ABCDEF")) {
				t.Errorf("early data starts %x", early)
			}
			t.Logf("%d records, %d values, %d steps", records, len(tr.values), len(f.rec.Steps()))
		})
	}
}
