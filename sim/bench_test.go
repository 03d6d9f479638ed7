package sim

import (
	"context"
	"testing"

	"tlsplay/sim/scenario"
)

// BenchmarkHandshake is whole runs, with everything that the page shows
// computed (engine), beside bare handshakes of the same two endpoints (bare).
func BenchmarkHandshake(b *testing.B) {
	for _, version := range scenario.Versions {
		for _, kind := range scenario.Certificates {
			sc := scenario.Default()
			sc.Version, sc.Certificate = version, kind
			b.Run("engine/"+version+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					if _, err := Run(context.Background(), sc, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("bare/"+version+"/"+kind, func(b *testing.B) {
				bare, err := NewBare(sc)
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if err := bare.Handshake(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
