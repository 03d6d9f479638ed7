package app

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
	"tlsplay/wasm/view"
)

// testdata is where the certificates lie with which crypto/x509 is tested.
func testdata(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("no go command to ask where its source is: %v", err)
	}
	dir := filepath.Join(strings.TrimSpace(string(out)), "src", "crypto", "x509", "testdata")
	if _, err := os.Stat(dir); err != nil {
		t.Skip(err)
	}
	return dir
}

func pemOf(ders ...[]byte) (text string) {
	for _, der := range ders {
		text += string(certificatePEM(der))
	}
	return text
}

// ask is crypto/x509's own verdict on certificates that are given as DER.
func ask(leaf []byte, others, roots [][]byte, o x509.VerifyOptions) error {
	o.Roots, o.Intermediates = x509.NewCertPool(), x509.NewCertPool()
	for _, der := range roots {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		o.Roots.AddCert(c)
	}
	for _, der := range others {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		o.Intermediates.AddCert(c)
	}
	c, err := x509.ParseCertificate(leaf)
	if err != nil {
		return err
	}
	_, err = c.Verify(o)
	return err
}

// hold compares the trial on the page with crypto/x509's verdict.
func hold(t *testing.T, a *App, want error) {
	t.Helper()
	v := a.State.Reading.Trial.Judgement.Verification()
	if v.OK != (want == nil) || !v.Agrees {
		t.Errorf("the trial says %v (%s), its steps agree: %v; crypto/x509 says %v", v.OK, v.Error, v.Agrees, want)
	}
	text := page(a)
	for verdict, shown := range map[string]bool{"<b>Accepted.</b>": v.OK, "<b>Refused": !v.OK} {
		if strings.Contains(text, verdict) != shown {
			t.Errorf("%s is shown: %v", verdict, !shown)
		}
	}
}

// Each case of NIST's test suite, pasted with its root at the end, is judged as
// crypto/x509 judges it.
func TestTrialPKITS(t *testing.T) {
	dir := filepath.Join(testdata(t), "nist-pkits")
	b, err := os.ReadFile(filepath.Join(dir, "vectors.json"))
	if err != nil {
		t.Skip(err)
	}
	var cases []struct {
		Name     string
		CertPath []string
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	now := time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC)
	held := 0
	for _, c := range cases {
		var chain [][]byte
		for _, name := range c.CertPath {
			der, err := os.ReadFile(filepath.Join(dir, "certs", name))
			if err != nil {
				t.Fatal(err)
			}
			chain = append(chain, der)
		}
		slices.Reverse(chain)
		last := strconv.Itoa(len(chain))
		t.Run(c.Name, func(t *testing.T) {
			a.Do(Action{view.ActPaste, "\n" + pemOf(chain...)})
			for _, arg := range []string{"leaf=1", "usage=any", "root " + last + "=true", "clock=" + view.FormatTrialClock(now)} {
				a.Do(Action{view.ActTrial, arg})
			}
			o := x509.VerifyOptions{CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
			want := ask(chain[0], chain[1:len(chain)-1], chain[len(chain)-1:], o)
			hold(t, a, want)
			if want == nil {
				held++
			}
			// What nobody trusts is not believed.
			a.Do(Action{view.ActTrial, "root " + last + "=false"})
			hold(t, a, ask(chain[0], chain[1:], nil, o))
		})
	}
	if t.Logf("%d of %d accepted", held, len(cases)); held == 0 || held == len(cases) {
		t.Error("all came to the same")
	}
}

// The certificates of Go's own tests: every leaf with every intermediate and the
// roots, for each purpose and by two clocks.
func TestTrialCorpus(t *testing.T) {
	dir := testdata(t)
	read := func(pattern string) (ders [][]byte) {
		files, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			block, _ := pem.Decode(b)
			ders = append(ders, block.Bytes)
		}
		return ders
	}
	leaves, others, roots := read("policy_leaf*.pem"), read("policy_intermediate*.pem"), read("policy_root*.pem")
	if len(leaves) == 0 || len(others) == 0 || len(roots) == 0 {
		t.Skip("no certificates")
	}
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	verdicts := map[bool]int{}
	for _, leaf := range leaves {
		for _, other := range others {
			a.Do(Action{view.ActPaste, "\n" + pemOf(append([][]byte{leaf, other}, roots...)...)})
			a.Do(Action{view.ActTrial, "leaf=1"})
			a.Do(Action{view.ActTrial, "root self-signed=true"})
			var trusted, sent [][]byte
			for _, p := range a.State.Reading.Pasted[1:] {
				if p.SelfSigned {
					trusted = append(trusted, p.DER.Data)
				} else {
					sent = append(sent, p.DER.Data)
				}
			}
			host := a.State.Reading.Trial.Host
			for i, usage := range view.Usages {
				clock := []string{"1999-03-01T00:00", "2024-01-01T00:00:00"}[i%2]
				if usage == "server" {
					clock = "2024-01-01T00:00:00"
				}
				a.Do(Action{view.ActTrial, "usage=" + usage})
				a.Do(Action{view.ActTrial, "clock=" + clock})
				now, _ := view.ParseTrialClock(clock)
				o := x509.VerifyOptions{CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
				switch usage {
				case "server":
					o.DNSName, o.KeyUsages = host, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
				case "client":
					o.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
				}
				want := ask(leaf, sent, trusted, o)
				hold(t, a, want)
				verdicts[want == nil]++
			}
		}
	}
	if t.Log(verdicts); verdicts[true] == 0 || verdicts[false] == 0 {
		t.Error("all came to the same")
	}
}

// own is an authority of the visitor's and what it issues.
type own struct {
	key    crypto.Signer
	c      *x509.Certificate
	serial int64
}

func newOwn(t *testing.T, now time.Time) *own {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o := &own{key: key, serial: 1}
	o.c = o.issue(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "My Root"}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(9, 0, 0),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: []byte{1, 2, 3},
	}, key.Public())
	return o
}

func (o *own) issue(t *testing.T, c *x509.Certificate, pub crypto.PublicKey) *x509.Certificate {
	t.Helper()
	o.serial++
	c.SerialNumber = big.NewInt(o.serial)
	parent := o.c
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, pub, o.key)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (o *own) leaf(t *testing.T, pub crypto.PublicKey, now time.Time) *x509.Certificate {
	t.Helper()
	return o.issue(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "mine.example"}, DNSNames: []string{"mine.example"}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 3, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, pub)
}

// failure is the error in which an end of the run ended.
func failure(a *App, side trace.Side) string {
	for _, e := range a.Trace.Endpoints {
		if e.Side == side {
			return e.Error
		}
	}
	return "not there"
}

// keyForms is private keys in all forms in which they come.
func keyForms(t *testing.T) map[string]struct {
	key  crypto.Signer
	text string
} {
	t.Helper()
	forms := map[string]struct {
		key  crypto.Signer
		text string
	}{}
	add := func(name string, key crypto.Signer, label string, der []byte, err error) {
		if err != nil {
			t.Fatal(err)
		}
		forms[name] = struct {
			key  crypto.Signer
			text string
		}{key, string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))}
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(ec)
	add("SEC 1", ec, "EC PRIVATE KEY", der, err)
	der, err = x509.MarshalPKCS8PrivateKey(ec)
	add("PKCS #8, EC", ec, "PRIVATE KEY", der, err)
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	add("PKCS #1", r, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r), nil)
	der, err = x509.MarshalPKCS8PrivateKey(r)
	add("PKCS #8, RSA", r, "PRIVATE KEY", der, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err = x509.MarshalPKCS8PrivateKey(ed)
	add("Ed25519", ed, "PRIVATE KEY", der, err)
	return forms
}

// A pasted chain and its key serve in a real handshake, at either end.
func TestIdentity(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	now := a.clock()
	ca := newOwn(t, now)
	for name, form := range keyForms(t) {
		t.Run(name, func(t *testing.T) {
			leaf := ca.leaf(t, form.key.Public(), now)
			a.Do(Action{view.ActPaste, "\n" + pemOf(ca.c.Raw, leaf.Raw) + form.text})
			r := &a.State.Reading
			if r.Trial.Leaf != 2 || r.Trial.Key != 3 || r.Trial.Host != "mine.example" {
				t.Fatalf("the trial is %+v", r.Trial)
			}
			hold(t, a, ask(leaf.Raw, [][]byte{ca.c.Raw}, nil, x509.VerifyOptions{CurrentTime: now, DNSName: "mine.example"}))
			a.Do(Action{view.ActUse, "server"}) // as refused as the trial says
			if e := failure(a, trace.Client); !strings.Contains(e, "unknown authority") {
				t.Errorf("without trust the client says %q, %s", e, r.Trial.Problem)
			}
			a.Do(Action{view.ActTrial, "root self-signed=true"})
			hold(t, a, nil)
			a.Do(Action{view.ActUse, "server"})
			if failure(a, trace.Client) != "" || failure(a, trace.Server) != "" || !bytes.Equal(a.Trace.Certificates[0].DER.Data, leaf.Raw) || a.State.Scenario.Host != "mine.example" {
				t.Errorf("as the server's: %s, %q, %q", r.Trial.Problem, failure(a, trace.Client), failure(a, trace.Server))
			}
			a.Do(Action{view.ActUse, ""})
			if a.State.Scenario.Server.Identity != "" || failure(a, trace.Client) != "" {
				t.Errorf("taken back: %q", failure(a, trace.Client))
			}
			a.Do(Action{view.ActUse, "client"})
			sent := slices.ContainsFunc(a.Trace.Certificates, func(c trace.ChainLink) bool {
				return c.From == trace.Client && bytes.Equal(c.DER.Data, leaf.Raw)
			})
			if failure(a, trace.Client) != "" || failure(a, trace.Server) != "" || !sent {
				t.Errorf("as the client's: %s, %q, %q", r.Trial.Problem, failure(a, trace.Client), failure(a, trace.Server))
			}
			// The key is nowhere on the page nor in the address.
			secret := strings.Split(form.text, "\n")[1]
			if text := page(a); strings.Contains(text, secret) || strings.Contains(a.State.Address(), "identity") || strings.Contains(view.Link(a.State, a.Trace), "identity") {
				t.Error("the key is shown")
			}
			a.Do(Action{view.ActUse, ""})
		})
	}
	a.Do(Action{view.ActUse, "client.roots"})
	a.Do(Action{view.ActUse, "server.roots"})
	if !strings.Contains(a.State.Scenario.Client.Roots, "BEGIN") || a.State.Scenario.Server.Roots != a.State.Scenario.Client.Roots || failure(a, trace.Client) != "" {
		t.Errorf("the roots are %q, the client says %q", a.State.Scenario.Client.Roots, failure(a, trace.Client))
	}
}

// What is missing for an identity is said.
func TestIdentityMissing(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	now := a.clock()
	ca, forms := newOwn(t, now), keyForms(t)
	ec, other := forms["SEC 1"], forms["Ed25519"]
	leaf := ca.leaf(t, ec.key.Public(), now)
	second := ca.leaf(t, other.key.Public(), now)
	chain := pemOf(leaf.Raw, ca.c.Raw)
	encrypted := "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMBUwDQYJKoZIhvcNAQUNMAAEBAECAwQ=\n-----END ENCRYPTED PRIVATE KEY-----\n"
	traditional := "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
	for _, x := range []struct{ name, text, want string }{
		{"no key", chain, "paste its private key"},
		{"encrypted", chain + encrypted, "is encrypted"},
		{"encrypted as of old", chain + traditional, "is encrypted"},
		{"another's", chain + other.text, "belongs to none of the certificates"},
		{"that of another certificate", chain + pemOf(second.Raw) + other.text, "but that of mine.example"},
		{"several", chain + other.text + ec.text + encrypted, "Use as the server’s identity"},
		{"not readable", "-----BEGIN CERTIFICATE-----\nMCIwGjACAgEAMAAwADAAMAAwADAIMAIGAAMCAAAwAAMCAAA=\n-----END CERTIFICATE-----\n" + ec.text, "can’t read this certificate"},
	} {
		a.Do(Action{view.ActPaste, "\n" + x.text})
		text := page(a)
		if !strings.Contains(text, x.want) {
			t.Errorf("%s: nothing says %q: %q", x.name, x.want, a.State.Reading.Trial.KeyNote)
		}
		if strings.Contains(text, `id="use-server"`) != (x.name == "several") {
			t.Errorf("%s: the button is there", x.name)
		}
	}
	// More than fits into a knob is said, without a word of the key.
	a.Do(Action{view.ActPaste, "\n" + chain + ec.text})
	for range 3 {
		big := ca.issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: strings.Repeat("x", 20<<10)}, NotBefore: now, NotAfter: now.Add(time.Hour)}, ec.key.Public())
		a.Do(Action{view.ActAlso, "\n" + pemOf(big.Raw)})
	}
	was := a.Trace
	a.Do(Action{view.ActUse, "server"})
	if p := a.State.Reading.Trial.Problem; !strings.Contains(p, "at most 65536 bytes") || a.Trace != was || strings.Contains(page(a), "PRIVATE KEY-----\n") {
		t.Errorf("a large chain: %q", p)
	}
}

// Pasted OCSP responses are checked beside the chain.
func TestTrialOCSP(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	now := a.clock()
	ca := newOwn(t, now)
	leaf := ca.leaf(t, keyForms(t)["SEC 1"].key.Public(), now)
	response := func(status int) string {
		der, err := ocsp.CreateResponse(ca.c, ca.c, ocsp.Response{Status: status, SerialNumber: leaf.SerialNumber, RevokedAt: now, ThisUpdate: now.Add(-time.Minute), NextUpdate: now.Add(time.Hour)}, ca.key)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "OCSP RESPONSE", Bytes: der}))
	}
	for _, x := range []struct {
		text, object string
		want         []string
	}{
		{pemOf(leaf.Raw, ca.c.Raw) + response(ocsp.Good), "p3", []string{"good: it was not revoked"}},
		{pemOf(leaf.Raw, ca.c.Raw) + response(ocsp.Revoked), "p3", []string{"It was revoked on", "a check failed"}},
		{pemOf(leaf.Raw) + response(ocsp.Good), "p2", []string{"The certificate of the issuer is not here"}},
		{response(ocsp.Good), "p1", []string{"Paste the certificate that it is about"}},
	} {
		a.Do(Action{view.ActPaste, "\n" + x.text})
		a.Do(Action{view.ActObject, x.object})
		for _, want := range x.want {
			if text := page(a); !strings.Contains(text, want) {
				t.Errorf("%s: nothing says %q", x.object, want)
			}
		}
		a.Do(Action{view.ActTrial, "root self-signed=true"})
		page(a)
	}
}

// What was pasted has addresses that hold for the visit, and lead to a message
// elsewhere.
func TestPastedAddress(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	now := a.clock()
	ca, form := newOwn(t, now), keyForms(t)["SEC 1"]
	leaf := ca.leaf(t, form.key.Public(), now)
	a.Do(Action{view.ActPaste, "\n" + pemOf(leaf.Raw, ca.c.Raw) + form.text})
	var places []string
	for _, arg := range []string{"p1", "p2", "2", "p3", ""} {
		a.Do(Action{view.ActObject, arg})
		places = append(places, a.State.Address())
	}
	a.Do(Action{view.ActUse, "server"})
	for i, place := range places {
		if place != strings.Replace(places[0], "pasted=1", []string{"pasted=1", "pasted=2", "certificate=2", "pasted=3", ""}[i], 1) && i < 4 {
			t.Errorf("the address of object %d is %s", i, place)
		}
	}
	// Back and forth among them, with an identity in use that no address has.
	identity := a.State.Scenario.Server.Identity
	run := a.Trace
	for _, object := range []int{1, 2, 1, 3} {
		a.Do(Action{view.ActObject, "p" + strconv.Itoa(object)})
		at := a.State.Address()
		a.Do(Action{view.ActObject, ""})
		a.Do(Action{view.ActGo, at})
		if a.State.Reading.Object != object || a.State.Error != "" || a.Trace != run || a.State.Scenario.Server.Identity != identity {
			t.Errorf("%s leads to %+v, error %q, another run: %v", at, a.State.Reading.Object, a.State.Error, a.Trace != run)
		}
	}
	if link := view.Link(a.State, a.Trace); strings.Contains(link, "pasted") {
		t.Errorf("the link to be shared is %s", link)
	}
	a.Do(Action{view.ActField, "1"})
	b := started(t)
	b.Do(Action{view.ActGo, "#/certificates?pasted=3&field=b1048578-1"})
	if b.State.View != view.ViewCertificates || b.State.Reading.Chosen() || !strings.Contains(b.State.Error, "in no link") {
		t.Errorf("elsewhere: %+v, error %q", b.State.Reading, b.State.Error)
	}
	page(b)
}

// The clock is read as people write it, and what can't be read is said.
func TestTrialClock(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	a.Do(Action{view.ActPaste, "\n" + pemOf(a.Trace.Certificates[0].DER.Data)})
	want := time.Date(2031, 2, 3, 4, 5, 0, 0, time.UTC)
	for _, text := range []string{"2031-02-03 04:05:00", "2031-02-03T04:05:00Z", " 2031-02-03 04:05 ", "2031-02-03T04:05"} {
		a.Do(Action{view.ActTrial, "clock=2000-01-01"})
		a.Do(Action{view.ActTrial, "clock=" + text})
		if v := a.State.Reading.Trial.Judgement.Verification(); !v.Time.Equal(want) || !strings.Contains(page(a), `value="2031-02-03 04:05:00"`) {
			t.Errorf("%q is %v", text, v.Time)
		}
	}
	a.Do(Action{view.ActTrial, "clock=tomorrow <b>"})
	if text := page(a); !strings.Contains(text, "Write the clock as") || !strings.Contains(text, "tomorrow &lt;b&gt;") {
		t.Error("a clock that can't be read is not said")
	}
	a.Do(Action{view.ActTrial, "clock="})
	if v := a.State.Reading.Trial.Judgement.Verification(); !v.Time.Equal(a.clock().Truncate(time.Second)) || strings.Contains(page(a), "Write the clock as") {
		t.Errorf("the run's clock is %v, the trial's %v", a.clock(), v.Time)
	}
}

// Nobody can have clicked on these.
func TestTrialNonsense(t *testing.T) {
	a := started(t)
	a.Do(Action{view.ActGo, "#/certificates"})
	for range 2 {
		for _, arg := range []string{
			"", "leaf=9", "leaf=x", "leaf=-1", "root 9=true", "root =true", "root self-signed=true", "usage=none", "host=\x00<b>\u202e",
			"clock=yesterday", "clock=9999-99-99T00:00", "clock=now", "leaf=1", "root 1=true", "root 1=true", "root 2=true",
		} {
			a.Do(Action{view.ActTrial, arg})
			if text := page(a); strings.Contains(text, "<b>\u202e") {
				t.Error("markup from a host name")
			}
		}
		for _, arg := range []string{"server", "client", "client.roots", "server.roots", "x", ""} {
			a.Do(Action{view.ActUse, arg})
			page(a)
		}
		a.Do(Action{view.ActPaste, "\n" + pemOf(a.Trace.Certificates[0].DER.Data) + "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"})
	}
	if sc := a.State.Scenario; sc.Server.Identity != "" || !sc.Equal(scenario.Default()) && sc.Client.Roots == "" {
		t.Errorf("the scenario is %+v", sc)
	}
	// A key that takes crypto/x509 minutes to use takes no part.
	n := new(big.Int).Lsh(big.NewInt(1), 1<<19)
	key := &rsa.PublicKey{N: n.Add(n, big.NewInt(7)), E: 1<<31 - 1}
	now := a.clock()
	slow := newOwn(t, now).leaf(t, key, now)
	start := time.Now()
	a.Do(Action{view.ActPaste, "\n" + pemOf(slow.Raw, slow.Raw)})
	if a.State.Reading.Trial.Leaf != 0 || a.State.Reading.Trial.Left != 2 || time.Since(start) > 5*time.Second {
		t.Errorf("after %v the trial is %+v", time.Since(start), a.State.Reading.Trial)
	}
	page(a)
}
