package view

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tlsplay/sim"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	paths "tlsplay/sim/trust"
	"tlsplay/sim/x509view"
	"tlsplay/wasm/html"
)

// reading is a run of mutual TLS in the view of the certificates.
func reading(t testing.TB, fault string) (*trace.Trace, *State) {
	t.Helper()
	sc := scenario.Default()
	sc.Seed, sc.Clock, sc.Group, sc.Fault = "60", "2026-01-15T12:00:00Z", "X25519", fault
	if fault == "" {
		sc.Server.ClientAuth, sc.Client.Certificate = "require-and-verify", "ecdsa-p256"
	}
	tr, err := sim.Run(context.Background(), sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tr, &State{View: ViewCertificates, Event: -1, At: len(tr.Events), Open: map[string]bool{}, Texts: Texts{embedded.Texts()}}
}

// The goldens are read by a person when they are written, like those of
// TestGolden.
func TestCertificateGolden(t *testing.T) {
	mutual, s := reading(t, "")
	chosen := *s
	ChooseObject(&chosen, mutual, "2")
	ChooseCertificateField(&chosen, mutual, "6")
	refused, r := reading(t, scenario.PathLength)
	made, m := reading(t, scenario.Expired)
	m.Reading.Making, m.Scenario = "server.intermediate", made.Scenario.(scenario.Scenario)
	m.Scenario.Edit(false, "intermediate excluded pay.example")
	m.Refused = Refused{Knob: "server intermediate permitted", Value: "a..b", Why: "use a domain"}
	stapled, st := reading(t, scenario.Revoked)
	pastedState := *s
	pastedState.Reading = pastedAll(t, "-----BEGIN CERTIFICATE-----\n"+strings.Repeat("A", 16)+"!\n-----END CERTIFICATE-----\n"+string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: mutual.Certificates[0].DER.Data})))
	for name, n := range map[string]html.Node{
		"certificate-chosen": panel(mutual, &chosen),
		"trust-accepted":     trust(mutual, s),
		"trust-refused":      trust(refused, r),
		"pasted":             pasted(&pastedState),
		"workshop":           workshop(made, m),
		"trust-statements":   trust(stapled, st),
		"trial":              trial(mutual, tried(t, mutual, *s)),
	} {
		got := strings.ReplaceAll(n.String(), "><", ">\n<") + "\n"
		wellFormed(t, got)
		file := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s has changed:\n%s", file, firstDifference(string(want), got))
		}
	}
}

// tried is the run's own chain as if it had been pasted, with its root for
// trusted, a private key that is not its own, and an identity in use.
func tried(t *testing.T, tr *trace.Trace, s State) *State {
	t.Helper()
	text := ""
	for _, c := range tr.Certificates[:3] {
		text += string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.DER.Data}))
	}
	s.Reading = pastedAll(t, text)
	var all []*x509.Certificate
	for _, p := range s.Reading.Pasted {
		c, err := x509.ParseCertificate(p.DER.Data)
		if err != nil {
			t.Fatal(err)
		}
		p.Judged, p.Parsed = true, c
		all = append(all, c)
	}
	s.Reading.Pasted[2].Root, s.Reading.Pasted[2].SelfSigned = true, true
	o := paths.Options{By: trace.Client, Roots: all[2:], Host: "shop.example", Time: ClockOf(tr)}
	s.Reading.Trial = Trial{
		Leaf: 1, Usage: "server", Host: "shop.example", Time: ClockOf(tr), KeyNote: "There is no key.",
		Judgement: trace.Judge(trace.Client, func() *trace.Verification { return paths.Verify([][]byte{all[0].Raw, all[1].Raw}, o) }),
	}
	s.Scenario.Server.Identity, s.Scenario.Client.Roots = "-----BEGIN", "-----BEGIN"
	return &s
}

func pastedAll(t testing.TB, text string) (r Reading) {
	t.Helper()
	objects, err := x509view.Input([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range objects {
		p := NewPasted(o, "", i)
		p.Open()
		r.Pasted = append(r.Pasted, p)
	}
	return r
}

// Every field in a person's order leads to the bytes that it says.
func TestFieldsLeadToBytes(t *testing.T) {
	tr, s := reading(t, "")
	for i, l := range tr.Certificates {
		c := l.Certificate()
		ChooseObject(s, tr, strconv.Itoa(i+1))
		for n, f := range c.Fields {
			ChooseCertificateField(s, tr, strconv.Itoa(n+1))
			data, _ := copyObject(tr, s, "hex")
			if want := c.DER.Data[f.Offset : f.Offset+f.Length]; string(data) != string(want) {
				t.Errorf("certificate %d: %s leads to %d bytes, want %d", i+1, f.ID, len(data), len(want))
			}
			if text := panel(tr, s).String(); !strings.Contains(text, `id="t-`+s.Reading.Node+`"`) || strings.Count(text, `aria-pressed="true"`) != 1 {
				t.Errorf("certificate %d: %s is chosen and not shown", i+1, f.ID)
			}
			back, err := ParsePlace(s.Address())
			if err != nil || back.Certificate != i+1 || back.Field != s.Reading.Node {
				t.Errorf("the address %s leads to %+v, %v", s.Address(), back, err)
			}
		}
	}
	if s.Node != "" {
		t.Errorf("the field %q of the record in the other view was chosen, too", s.Node)
	}
	// The keys work in the tree and in the bytes of the view that is shown.
	was := s.Reading.Node
	Key(s, tr, "hex ArrowRight")
	Key(s, tr, "ArrowDown")
	if s.Reading.Node == was || s.Node != "" {
		t.Errorf("the keys lead to %q and %q", s.Reading.Node, s.Node)
	}
}

// Each way a run's certificates can be wrong is drawn: the verdict, and the check
// that stopped the path.
func TestTrustOfFaults(t *testing.T) {
	for _, fault := range scenario.CertificateFaults {
		tr, s := reading(t, fault)
		got := trust(tr, s).String() + certificates(tr, s).String() + panel(tr, s).String()
		wellFormed(t, got)
		for _, j := range tr.Trust {
			v := j.Verification()
			if refused := strings.Contains(got, "The client refused it."); refused == v.OK {
				t.Errorf("%s: verdict %v is drawn as refused: %v", fault, v.OK, refused)
			}
			if !v.OK && !strings.Contains(got, html.Text(v.Error).String()) {
				t.Errorf("%s: the error %q is not shown", fault, v.Error)
			}
			if !v.OK && !strings.Contains(got, `class="failed"`) {
				t.Errorf("%s: no check failed", fault)
			}
		}
	}
}

// Markup and characters that can't be seen, in every name of a certificate, stay
// text; a key's bytes are nowhere.
func TestHostilePasted(t *testing.T) {
	const evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202eelpmaxe"
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: evil, Organization: []string{evil}},
		DNSNames: []string{evil}, EmailAddresses: nil, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1e10, 0),
		OCSPServer: []string{evil}, CRLDistributionPoints: []string{evil},
		ExtraExtensions: []pkix.Extension{{Id: []int{1, 2, 3, 4}, Value: []byte(evil)}},
	}
	template.DNSNames = []string{strings.ReplaceAll(evil, "\u202e", "")}
	template.OCSPServer, template.CRLDistributionPoints = template.DNSNames, template.DNSNames
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: template.Subject}, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for label, b := range map[string][]byte{"CERTIFICATE": der, "CERTIFICATE REQUEST": request, "PRIVATE KEY": secret, "<b>" + evil: der[:20]} {
		text += "-----BEGIN " + label + "-----\n" + string(pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: b}))[len("-----BEGIN X-----\n"):]
		text = strings.Replace(text, "-----END X-----", "-----END "+label+"-----", 1)
	}
	tr, s := reading(t, "")
	s.Detailed = true
	s.Reading = pastedAll(t, text)
	for i := range s.Reading.Pasted {
		s.Reading.Pasted[i].File = evil
		ChooseObject(s, tr, "p"+strconv.Itoa(i+1))
		got := pasted(s).String() + panel(tr, s).String()
		wellFormed(t, got)
		for _, mark := range []string{"<script", "<img", `onerror="`} {
			if strings.Contains(got, mark) {
				t.Errorf("object %d lets %q through", i+1, mark)
			}
		}
		raw, _ := key.Bytes()
		if strings.Contains(strings.ReplaceAll(got, " ", ""), hex.EncodeToString(raw)[:16]) {
			t.Errorf("object %d shows the private key", i+1)
		}
		if p := s.Reading.Pasted[i]; p.Kind.Secret() {
			if Copy(tr, *s, "hex") != "" || p.DER != nil {
				t.Error("the private key can be copied out of the page")
			}
			if !strings.Contains(got, "never leaves this page") || !strings.Contains(got, "ecPublicKey") {
				t.Errorf("the private key is shown as %s", got)
			}
		}
	}
	s.Reading = Reading{Error: evil}
	wellFormed(t, pasted(s).String())
}

// Every certificate of both ends has an address and a form, in which every field
// has a name and shows what it says; hostile names stay text.
func TestWorkshop(t *testing.T) {
	const evil = "<img onerror=x>"
	for _, detailed := range []bool{false, true} {
		for _, side := range []string{"server", "client"} {
			tr, s := reading(t, "")
			s.Detailed = detailed
			s.Scenario = tr.Scenario.(scenario.Scenario)
			s.Scenario.Edit(side == "client", "chain intermediates 2")
			for _, of := range scenario.Links {
				ChooseMaking(s, side+"."+of)
				s.Scenario.Edit(side == "client", of+" subject "+evil)
				back := State{Reading: Reading{}}
				p, err := ParsePlace(s.Address())
				if err != nil || Visit(&back, tr, p) != nil || back.Reading.Making != side+"."+of {
					t.Errorf("the address %s leads to %+v, %v", s.Address(), p, err)
				}
				got := workshop(tr, s).String()
				wellFormed(t, got)
				if strings.Contains(got, "<img") {
					t.Error("markup in a name is markup")
				}
				if !strings.Contains(got, html.Text(evil).String()) {
					t.Errorf("%s.%s: its name is not shown", side, of)
				}
				for _, field := range scenario.Fields(of) {
					id := "edit-" + side + "-" + of + "-" + field
					if !strings.Contains(got, `id="`+id+`"`) || !strings.Contains(got, `for="`+id+`"`) && !strings.Contains(got, `aria-labelledby="`+id+`"`) {
						t.Errorf("%s is not there or has no label", id)
					}
					if title, _, _ := strings.Cut(wordOf(editWords, field), "|"); title == "" {
						t.Errorf("%s has no words", field)
					}
				}
			}
			if n := strings.Count(workshop(tr, s).String(), ">changed<"); n != 4 {
				t.Errorf("%d certificates are marked as changed, want 4", n)
			}
		}
	}
	tr, s := reading(t, "")
	for _, address := range []string{"#/certificates?make=server.branch", "#/certificates?make=x"} {
		if p, err := ParsePlace(address); err != nil || Visit(s, tr, p) == nil {
			t.Errorf("%s leads somewhere: %v", address, err)
		}
	}
}
