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
