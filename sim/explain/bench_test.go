package explain_test

import (
	"testing"

	"tlsplay/sim/explain"
	"tlsplay/sim/explain/embedded"
)

// BenchmarkOpen reads all texts, which a browser does before the first run is on
// screen.
func BenchmarkOpen(b *testing.B) {
	data := embedded.Data()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := explain.Open(data); err != nil {
			b.Fatal(err)
		}
	}
}
