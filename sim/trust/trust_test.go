package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	mrand "math/rand"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/trace"
)

// goSource is where the source of crypto/x509 lies, its test data with it.
func goSource(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("no go command to ask where its source is: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "src", "crypto", "x509")
}

func oid(t testing.TB, s string) x509.OID {
	t.Helper()
	o, err := x509.ParseOID(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// passes is the verdict of the steps alone.
func passes(v *trace.Verification) bool {
	return slices.ContainsFunc(v.Paths, func(p *trace.Path) bool { return p.OK })
}

// checkAll holds what Verify says to itself: a path ends with the check that
// stopped it, and only with that, and all that it points to is there.
func checkAll(t testing.TB, v *trace.Verification) {
	t.Helper()
	known := FieldIDs()
	steps := func(steps []*trace.Step, ok bool) {
		for i, s := range steps {
			if !slices.Contains(known, s.Check) || s.Rule == "" || s.Reason == "" {
				t.Errorf("step %+v", s)
			}
			if s.Certificate >= len(v.Certificates) || s.Issuer >= len(v.Certificates) {
				t.Errorf("step %+v points behind %d certificates", s, len(v.Certificates))
			}
			if last := i == len(steps)-1; !s.OK && !last || last && s.OK != ok {
				t.Errorf("step %d of %d, %s: %v, the whole %v", i, len(steps), s.Check, s.OK, ok)
			}
		}
	}
	for _, p := range v.Paths {
		steps(p.Steps, p.OK)
	}
	if !v.Agrees {
		t.Errorf("crypto/x509 says %q, our steps say %v\n%s", v.Error, passes(v), show(v))
	}
}

func show(v *trace.Verification) string {
	var b strings.Builder
	for i, c := range v.Certificates {
		fmt.Fprintf(&b, "%d %s %s\n", i, c.Role, c.Name)
	}
	for _, s := range v.Steps {
		fmt.Fprintf(&b, "  %d %s %v: %s\n", s.Certificate, s.Check, s.OK, s.Reason)
	}
	for _, p := range v.Paths {
		fmt.Fprintf(&b, "path %v: %v\n", p.Certificates, p.OK)
		for _, s := range p.Steps {
			fmt.Fprintf(&b, "  %d %s %v: %s\n", s.Certificate, s.Check, s.OK, s.Reason)
		}
	}
	return b.String()
}

// TestPKITS runs every case of NIST's PKI test suite and compares with
// crypto/x509. Cases about revocation, which crypto/x509 does not check, have the
// same verdict all the same; what it can't be told (initial-explicit-policy and
// the inhibitions) is left out, as Go's API leaves it out.
func TestPKITS(t *testing.T) {
	dir := filepath.Join(goSource(t), "testdata", "nist-pkits")
	b, err := os.ReadFile(filepath.Join(dir, "vectors.json"))
	if err != nil {
		t.Skip(err)
	}
	var cases []struct {
		Name                                                                        string
		CertPath, InitialPolicySet                                                  []string
		ShouldValidate                                                              bool
		InitialPolicyMappingInhibit, InitialExplicitPolicy, InitialAnyPolicyInhibit bool
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	policies := map[string]string{"anyPolicy": "2.5.29.32.0"}
	for _, n := range "1236" {
		policies["NIST-test-policy-"+string(n)] = "2.16.840.1.101.3.2.1.48." + string(n)
	}
	counts := map[string]int{}
	for _, c := range cases {
		var sent [][]byte
		for _, name := range c.CertPath {
			der, err := os.ReadFile(filepath.Join(dir, "certs", name))
			if err != nil {
				t.Fatal(err)
			}
			sent = append(sent, der)
		}
		root, err := x509.ParseCertificate(sent[0])
		if err != nil {
			t.Fatal(err)
		}
		sent = sent[1:]
		slices.Reverse(sent)
		o := Options{
			By: trace.Client, Roots: []*x509.Certificate{root}, Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
			Time: time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC),
		}
		for _, name := range c.InitialPolicySet {
			if policies[name] == "" {
				t.Fatalf("%s: what is %s?", c.Name, name)
			}
			o.Policies = append(o.Policies, oid(t, policies[name]))
		}
		t.Run(c.Name, func(t *testing.T) {
			v := Verify(sent, o)
			checkAll(t, v)
			expressible := !c.InitialPolicyMappingInhibit && !c.InitialExplicitPolicy && !c.InitialAnyPolicyInhibit
			switch {
			case v.OK == c.ShouldValidate:
				counts["as NIST says"]++
			case !expressible:
				counts["needs what Go's API can't say"]++
			case !v.OK:
				counts["refused against NIST: "+v.Error]++
			default:
				counts["accepted against NIST"]++
			}
			if unreadable(v.Steps) {
				counts["can't be parsed"]++
			}
		})
	}
	t.Logf("%d cases: %v", len(cases), counts)
}

// keys are made once: a test needs few.
var keys = func() (keys []*ecdsa.PrivateKey) {
	for range 6 {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		keys = append(keys, k)
	}
	return keys
}()

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func issue(t testing.TB, template, parent *x509.Certificate, pub crypto.PublicKey, signer crypto.Signer) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRandom makes thousands of small public key infrastructures by chance, most
// of them faulty, and compares each verdict with crypto/x509's.
func TestRandom(t *testing.T) {
	n := 3000
	if testing.Short() || runtime.GOOS == "js" {
		n = 300
	}
	stopped := map[string]int{}
	for seed := range n {
		r := &chance{mrand.New(mrand.NewSource(int64(seed))), 80}
		if seed%2 == 0 {
			r.usual = 98 // so that the last checks get their turn
		}
		v := randomCase(t, r)
		if checkAll(t, v); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		for _, s := range v.Steps {
			if !s.OK {
				stopped[string(s.Check)]++
			}
		}
		for _, p := range v.Paths {
			if p.OK {
				stopped["(nothing)"]++
			} else {
				stopped[string(p.Steps[len(p.Steps)-1].Check)]++
			}
		}
	}
	t.Log(stopped)
	for _, id := range FieldIDs() {
		if strings.HasPrefix(id.Name(), "ocsp_") || strings.HasPrefix(id.Name(), "sct_") {
			continue // no part of a path: see ocsp_test.go
		}
		if rare := slices.Contains([]trace.FieldID{checkLimit.id, checkKey.id, checkReadable.id, checkCritical.id, checkTrusted.id}, id); !rare && stopped[string(id)] == 0 && n > 1000 {
			t.Errorf("no case was stopped by %s", id)
		}
	}
	if stopped["(nothing)"] == 0 {
		t.Error("no case was accepted")
	}
}

// chance is randomness that mostly comes out usual.
type chance struct {
	*mrand.Rand
	usual int // percent
}

// pick chooses from what mostly is the first.
func pick[T any](r *chance, usual T, others ...T) T {
	if r.Intn(100) < r.usual {
		return usual
	}
	return others[r.Intn(len(others))]
}

var (
	someDomains = []string{"example.com", ".example.com", "a.example.com", "b.example.com", "EXAMPLE.com", "com", "other.org", ""}
	someNames   = []string{"a.example.com", "*.example.com", "b.a.example.com", "example.com", "*.a.example.com", "A.EXAMPLE.COM", "other.org", "a_b.example.com", "*.com", "xexample.com"}
	someMails   = []string{"me@example.com", `"me"@example.com`, "you@a.example.com", "Me@Example.com", `a\.b@example.com`, "me@other.org"}
	someMailSet = []string{"me@example.com", "example.com", ".example.com", "other.org"}
	someIPs     = []net.IP{net.IPv4(10, 0, 0, 1).To4(), net.IPv4(10, 1, 0, 1).To4(), net.ParseIP("2001:db8::1")}
	someURIs    = []string{"https://a.example.com/x", "https://example.com:8443/", "urn:uuid:x", "https://10.0.0.1/", "spiffe://other.org/x"}
)

func randomCase(t testing.TB, r *chance) *trace.Verification {
	var policyIDs []x509.OID
	for _, s := range []string{"1.2.3.1", "1.2.3.2", "2.5.29.32.0"} {
		policyIDs = append(policyIDs, oid(t, s))
	}
	authority := func(name string, serial int64) *x509.Certificate {
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
			NotBefore: now.Add(-time.Hour), NotAfter: pick(r, now.Add(time.Hour), now.Add(-time.Minute)),
			KeyUsage:              pick(r, x509.KeyUsageCertSign, 0, x509.KeyUsageDigitalSignature),
			BasicConstraintsValid: pick(r, true, true, false), IsCA: pick(r, true, true, false),
			MaxPathLen: pick(r, -1, 1, 2), MaxPathLenZero: true,
			ExtKeyUsage: pick(r, nil, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}),
		}
		if !c.BasicConstraintsValid || !c.IsCA {
			c.MaxPathLen, c.MaxPathLenZero = 0, false
		} else if r.Intn(10) == 0 {
			c.MaxPathLen = 0
		}
		some := func(p int) bool { return r.Intn(100) < p }
		subset := func(all []string) (list []string) {
			for _, s := range all {
				if some(30) {
					list = append(list, s)
				}
			}
			return list
		}
		if some(20) {
			c.PermittedDNSDomains = subset(someDomains[:7])
		}
		if some(15) {
			c.ExcludedDNSDomains = subset(someDomains)
		}
		if some(8) {
			c.PermittedEmailAddresses = subset(someMailSet)
		}
		if some(8) {
			c.ExcludedEmailAddresses = subset(someMailSet)
		}
		if some(8) {
			c.PermittedURIDomains = subset(someDomains[:7])
		}
		if some(8) {
			c.ExcludedURIDomains = subset(someDomains[:7])
		}
		for _, cidr := range []string{"10.0.0.0/16", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"} {
			_, n, _ := net.ParseCIDR(cidr)
			if some(5) {
				c.PermittedIPRanges = append(c.PermittedIPRanges, n)
			}
			if some(3) {
				c.ExcludedIPRanges = append(c.ExcludedIPRanges, n)
			}
		}
		randomPolicies(r, c, policyIDs)
		return c
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a.example.com"},
		NotBefore: pick(r, now.Add(-time.Hour), now.Add(time.Minute)), NotAfter: now.Add(time.Hour),
		ExtKeyUsage: pick(r, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, nil, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}),
	}
	randomPolicies(r, leaf, policyIDs)
	if r.usual > 90 {
		leaf.DNSNames = someNames[:1]
	}
	for _, n := range someNames {
		if r.Intn(100) < 25 {
			leaf.DNSNames = append(leaf.DNSNames, n)
		}
	}
	if r.Intn(8) == 0 {
		leaf.EmailAddresses = []string{someMails[r.Intn(len(someMails))]}
	}
	if r.Intn(8) == 0 {
		leaf.IPAddresses = []net.IP{someIPs[r.Intn(len(someIPs))]}
	}
	if r.Intn(8) == 0 {
		u, err := url.Parse(someURIs[r.Intn(len(someURIs))])
		if err != nil {
			t.Fatal(err)
		}
		leaf.URIs = []*url.URL{u}
	}
	// Authorities over a few names and keys, so that cross-signatures, loops and
	// wrong keys come about.
	type ca struct {
		c *x509.Certificate
		k int
	}
	var roots, others []ca
	for i := range 1 + r.Intn(2) {
		k := r.Intn(2)
		c := authority(fmt.Sprint("Root ", i%2), int64(10+i))
		roots = append(roots, ca{issue(t, c, c, keys[k].Public(), keys[k]), k})
	}
	for i := range 1 + r.Intn(4) {
		all := slices.Concat(roots, others)
		by, k := all[r.Intn(len(all))], 2+r.Intn(3)
		signer := pick(r, by.k, r.Intn(len(keys)))
		parent := *by.c
		parent.PublicKey = keys[signer].Public() // what is signed with a wrong key still names the issuer
		c := authority(fmt.Sprint("CA ", r.Intn(3)), int64(20+i))
		others = append(others, ca{issue(t, c, &parent, keys[k].Public(), keys[signer]), k})
	}
	all := slices.Concat(others, others, roots)
	by := all[r.Intn(len(all))]
	signed := issue(t, leaf, by.c, keys[5].Public(), keys[by.k])
	sent := [][]byte{signed.Raw}
	for _, c := range all {
		if r.Intn(100) < 85 {
			sent = append(sent, c.c.Raw)
		}
	}
	o := Options{
		By: trace.Client, Time: now, Host: pick(r, "a.example.com", "", "b.a.example.com", "10.0.0.1", "[2001:db8::1]", "a.example.com.", "a_b.example.com", "*.example.com", "-", "other.org"),
		Usages: pick(r, nil, []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}),
	}
	for _, c := range roots {
		o.Roots = append(o.Roots, c.c)
	}
	if r.Intn(30) == 0 {
		o.Roots = append(o.Roots, signed)
	}
	for _, p := range policyIDs {
		if r.Intn(6) == 0 {
			o.Policies = append(o.Policies, p)
		}
	}
	return Verify(sent, o)
}

func randomPolicies(r *chance, c *x509.Certificate, ids []x509.OID) {
	for _, p := range ids {
		if r.Intn(2) == 0 {
			c.Policies = append(c.Policies, p)
		}
	}
	if r.Intn(6) == 0 {
		c.RequireExplicitPolicy, c.RequireExplicitPolicyZero = r.Intn(2), true
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: []int{2, 5, 29, 36}, Value: []byte{0x30, 3, 0x80, 1, byte(c.RequireExplicitPolicy)}})
	} else if r.Intn(8) == 0 {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: []int{2, 5, 29, 36}, Value: []byte{0x30, 3, 0x81, 1, byte(r.Intn(2))}})
	}
	if r.Intn(8) == 0 {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: []int{2, 5, 29, 54}, Value: []byte{2, 1, byte(r.Intn(2))}})
	}
	if r.Intn(6) == 0 { // 1.2.3.1 is 1.2.3.2, sometimes any policy
		m := []byte{0x30, 0x0a, 0x30, 0x08, 6, 3, 0x2a, 3, 1, 6, 3, 0x2a, 3, 2}
		m[3], m[1] = byte(len(m)-4), byte(len(m)-2)
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: []int{2, 5, 29, 33}, Value: m})
	}
}

// The policy certificates of Go's own tests, every leaf with every set of
// policies.
func TestGoPolicies(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(goSource(t), "testdata", "policy_*.pem"))
	byKind := map[string][][]byte{}
	var roots []*x509.Certificate
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(b)
		kind := strings.Split(strings.TrimSuffix(filepath.Base(f), ".pem"), "_")[1]
		c, err := x509.ParseCertificate(block.Bytes)
		if strings.HasPrefix(kind, "root") && err == nil {
			roots = append(roots, c)
		}
		byKind[kind] = append(byKind[kind], block.Bytes)
	}
	if len(byKind["leaf"]) == 0 {
		t.Skip("no policy certificates")
	}
	accepted := 0
	for _, leaf := range byKind["leaf"] {
		for _, intermediate := range byKind["intermediate"] {
			for i := range 4 {
				o := Options{Roots: roots, Time: now}
				for j, s := range []string{"1.2.840.113554.4.1.72585.2.1", "1.2.840.113554.4.1.72585.2.2"} {
					if i>>j&1 == 1 {
						o.Policies = append(o.Policies, oid(t, s))
					}
				}
				v := Verify([][]byte{leaf, intermediate}, o)
				checkAll(t, v)
				if v.OK {
					accepted++
				}
			}
		}
	}
	t.Logf("%d accepted", accepted)
	if accepted == 0 {
		t.Error("none was accepted")
	}
}

func BenchmarkVerify(b *testing.B) {
	dir := filepath.Join(goSource(b), "testdata", "nist-pkits", "certs")
	var ders [][]byte
	for _, name := range []string{"ValidCertificatePathTest1EE.crt", "GoodCACert.crt", "TrustAnchorRootCertificate.crt"} {
		der, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			b.Skip(err)
		}
		ders = append(ders, der)
	}
	root, err := x509.ParseCertificate(ders[2])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if v := Verify(ders[:2], Options{Roots: []*x509.Certificate{root}, Time: now}); !v.OK {
			b.Fatal(v.Error)
		}
	}
}
