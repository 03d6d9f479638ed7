package sim

import (
	"context"
	"slices"
	"testing"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// What the server staples is judged from the bytes that crossed, over every
// version and kind of key, and a client that demands a good OCSP response goes by
// the same.
func TestStatements(t *testing.T) {
	for _, kind := range scenario.Certificates {
		for _, version := range []string{"1.3", "1.2"} {
			for _, staple := range scenario.Staples {
				sc := scenario.Default()
				sc.Certificate, sc.Version, sc.Seed, sc.Clock = kind, version, "07", "2026-02-03T04:05:06Z"
				sc.Server.Staple, sc.Server.SCT, sc.Client.CheckStaple = staple, true, true
				tr, err := Run(context.Background(), sc, nil)
				if err != nil {
					t.Fatal(err)
				}
				i := slices.IndexFunc(tr.Trust, func(j trace.Judgement) bool { return j.By == trace.Client })
				if i < 0 || len(tr.Trust) != 1 {
					t.Fatalf("%s, %s: %d judgements", kind, version, len(tr.Trust))
				}
				v := tr.Trust[i].Verification()
				if len(v.Statements) != 2 || !v.OK || !v.Agrees {
					t.Fatalf("%s, %s, %s: %d statements, %v", kind, version, staple, len(v.Statements), v.OK)
				}
				for _, x := range v.Statements {
					last := x.Steps[len(x.Steps)-1]
					if want := x.Kind == "sct" || staple == "good"; x.OK != want || !want && last.Check != "trust.ocsp_status" {
						t.Errorf("%s, %s, %s: the %s: %v, %s: %s", kind, version, staple, x.Kind, x.OK, last.Check, last.Reason)
					}
				}
				e := tr.Endpoints[slices.IndexFunc(tr.Endpoints, func(e trace.Endpoint) bool { return e.Side == trace.Client })]
				if (e.Error == "") != (staple == "good") {
					t.Errorf("%s, %s, %s: the client ends in %q", kind, version, staple, e.Error)
				}
			}
		}
	}
}
