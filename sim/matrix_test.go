package sim

import (
	"strings"
	"testing"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/scenario"
)

// TestMatrix runs every cipher suite in every version with every group and every
// kind of certificate that go together, natively and (under js/wasm) in the engine
// of the page: every record is decrypted, all trees cover their bytes, the key
// schedule is derived from the top, and all checks hold. With -short only each
// value of each knob occurs, not each combination.
func TestMatrix(t *testing.T) {
	ran, seen := 0, map[string]bool{}
	for _, version := range scenario.Versions {
		for _, suite := range scenario.Suites() {
			for _, group := range append([]string{""}, scenario.Groups...) {
				for _, certificate := range scenario.Certificates {
					sc := scenario.Default()
					sc.Version, sc.Suite, sc.Group, sc.Certificate = version, suite, group, certificate
					sc.Clock = "2026-02-03T04:05:06Z"
					static := strings.HasPrefix(suite, "TLS_RSA_")
					if sc.Check() != nil || group == "" && !static {
						continue // they do not go together, or it is one of the groups anyway
					}
					if testing.Short() && seen[version+suite] && seen[version+group] && seen[version+certificate] {
						continue
					}
					seen[version+suite], seen[version+group], seen[version+certificate] = true, true, true
					ran++
					t.Run(strings.Join([]string{version, suite, group, certificate}, " "), func(t *testing.T) {
						tr := run(t, sc)
						for _, e := range tr.Endpoints {
							if e.Doing != endpoint.Done || e.Suite != suite {
								t.Fatalf("the %s: %+v", e.Side, e)
							}
						}
						checkWellFormed(t, tr)
						checkOpened(t, tr)
						checkDerived(t, tr)
						checkReadable(t, tr, sc)
					})
				}
			}
		}
	}
	if t.Logf("%d combinations", ran); ran < 450 && !testing.Short() {
		t.Errorf("only %d combinations ran", ran)
	}
}
