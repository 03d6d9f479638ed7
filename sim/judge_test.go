package sim

import (
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/presets"
	"tlsplay/sim/presets/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// The steps of trust come to what the ends did, in every preset and with every
// fault of either certificate.
func TestTrustOfAll(t *testing.T) {
	all, err := presets.Parse(embedded.Text)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]scenario.Scenario{}
	for _, p := range all {
		cases[p.Name] = p.Scenario
	}
	for _, fault := range append([]string{""}, scenario.Faults...) {
		sc := scenario.Default()
		sc.Fault = fault
		cases["server: "+fault] = sc
	}
	for _, fault := range append([]string{""}, scenario.ClientFaults...) {
		sc := scenario.Default()
		sc.Server.ClientAuth, sc.Client.Certificate, sc.Client.Fault = "require-and-verify", "ecdsa-p256", fault
		cases["client: "+fault] = sc
	}
	for _, edits := range editCases {
		sc := scenario.Default()
		sc.Server.Chain = strings.Split(edits, "\n")
		cases["server: "+edits] = sc
		sc = scenario.Default()
		sc.Server.ClientAuth, sc.Client.Certificate, sc.Client.Chain = "require-and-verify", "ecdsa-p256", strings.Split(edits, "\n")
		cases["client: "+edits] = sc
	}
	accepted, refused := 0, 0
	for name, sc := range cases {
		if sc.Fault == scenario.RSA1024 || sc.Fault == scenario.SHA1 {
			sc.Certificate = "rsa-2048"
		}
		if sc.Client.Fault == scenario.RSA1024 {
			sc.Client.Certificate = "rsa-2048"
		}
		sc.Clock, sc.Seed = "2026-05-06T07:08:09Z", "2a"
		if sc.Check() != nil {
			if len(sc.Server.Chain)+len(sc.Client.Chain) > 0 {
				t.Errorf("%s: %v", name, sc.Check())
			}
			t.Logf("%s: %v", name, sc.Check())
			continue
		}
		last := run(t, sc)
		for _, tr := range append(slices.Clone(last.Earlier), last) {
			for _, j := range tr.Trust {
				v := j.Verification()
				end := tr.Endpoints[0]
				if v.By == trace.Server {
					end = tr.Endpoints[1]
				}
				if v.OK {
					accepted++
				} else {
					refused++
				}
				if !v.Agrees {
					t.Errorf("%s: crypto/x509 says %v, %q, the steps otherwise", name, v.OK, v.Error)
				}
				elsewhere := end.Error != "" && !strings.Contains(end.Error, "x509:") // something else ended it first
				if v.OK != end.PeerVerified && !(v.OK && elsewhere) || !v.OK && !strings.Contains(end.Error, v.Error) {
					t.Errorf("%s: the steps of the %s come to %v, %q, the end to %v, %q", name, v.By, v.OK, v.Error, end.PeerVerified, end.Error)
				}
			}
			for i, end := range tr.Endpoints {
				verified := slices.ContainsFunc(tr.Trust, func(j trace.Judgement) bool { return j.By == end.Side && j.Verification().OK })
				if end.PeerVerified && !end.Resumed && !verified {
					t.Errorf("%s: end %d verified its peer, and no steps say so", name, i)
				}
			}
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
	if accepted < 30 || refused < 20 {
		t.Error("too few")
	}
}

// editCases is every field of every certificate in ways that path validation
// looks at, and some that it does not; the edits of a case divided by line feeds.
var editCases = []string{
	"leaf subject", "leaf subject\nleaf names",
	"leaf names", "leaf names *.example", "leaf names www.shop.example a@b.example", "leaf names 192.0.2.7 https://shop.example/", "leaf names sh*.example", "leaf names SHOP.EXAMPLE",
	"leaf not-before 1", "leaf not-before 0", "leaf not-after -1", "leaf not-after 0", "leaf not-before 5\nleaf not-after -5", "leaf not-after 36500",
	"leaf key-usage", "leaf key-usage keyCertSign", "leaf key-usage encipherOnly decipherOnly",
	"leaf ext-key-usage", "leaf ext-key-usage anyExtendedKeyUsage", "leaf ext-key-usage clientAuth", "leaf ext-key-usage serverAuth", "leaf ext-key-usage codeSigning OCSPSigning",
	"leaf ca yes", "leaf ca absent", "leaf must-staple yes",
	"intermediate subject", "intermediate subject Playground Root CA", "intermediate not-before 1", "intermediate not-after -1",
	"intermediate key rsa-2048", "intermediate key ed25519", "intermediate key-usage", "intermediate key-usage digitalSignature",
	"intermediate ext-key-usage", "intermediate ext-key-usage clientAuth", "intermediate ext-key-usage serverAuth", "intermediate ext-key-usage anyExtendedKeyUsage", "intermediate ext-key-usage codeSigning",
	"intermediate ca no", "intermediate ca absent", "intermediate path-length", "intermediate path-length 3",
	"intermediate permitted shop.example visitor.example email:visitor.example", "intermediate permitted .example email:.example", "intermediate permitted example", "intermediate permitted elsewhere.example", "intermediate permitted email:elsewhere.example",
	"intermediate excluded shop.example", "intermediate excluded example email:visitor.example", "intermediate excluded pay.shop.example alex@visitor.example",
	"intermediate permitted 192.0.2.0/24\nleaf names shop.example 192.0.2.7", "intermediate permitted 192.0.2.0/24\nleaf names shop.example 198.51.100.7",
	"intermediate excluded 2001:db8::/32\nleaf names shop.example 2001:db8::7", "intermediate permitted URI:a.example\nleaf names shop.example https://a.example/", "intermediate permitted URI:.a.example\nleaf names shop.example https://a.example/",
	"intermediate permitted shop.example\nleaf names *.shop.example shop.example _x.shop.example", "intermediate excluded a.shop.example\nleaf names *.shop.example shop.example",
	"root subject", "root subject Elsewhere", "root subject Elsewhere\nroot trusted no", "root not-before 1", "root not-after -1", "root key rsa-2048", "root key ed25519\nintermediate key ed25519",
	"root key-usage", "root key-usage digitalSignature", "root ext-key-usage clientAuth", "root ext-key-usage codeSigning", "root ca no", "root ca absent", "root path-length 0", "root path-length 1",
	"root permitted elsewhere.example email:elsewhere.example", "root excluded shop.example visitor.example email:visitor.example", "root trusted no",
	"chain intermediates 0", "chain intermediates 0\nroot path-length 0", "chain intermediates 2", "chain intermediates 2\nintermediate path-length 1", "chain intermediates 2\nintermediate path-length\nroot path-length 1",
	"chain intermediates 2\nintermediate path-length\nsecond ca no", "chain intermediates 2\nintermediate path-length\nsecond not-after -1", "chain intermediates 2\nintermediate path-length\nsecond ext-key-usage codeSigning",
	"chain intermediates 2\nintermediate path-length\nsecond permitted elsewhere.example email:elsewhere.example", "chain intermediates 2\nintermediate path-length\nchain sends leaf intermediate",
	"chain intermediates 2\nintermediate path-length\nchain sends leaf intermediate second root", "chain intermediates 2\nintermediate path-length\nchain sends leaf second",
	"chain sends leaf", "chain sends leaf root intermediate", "chain sends leaf intermediate root", "chain sends leaf leaf intermediate intermediate", "chain sends intermediate leaf", "chain sends root", "chain sends leaf root",
}
