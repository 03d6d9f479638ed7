//go:build tlsplay_seeded

package entropy

import (
	"io"
	_ "unsafe" // for go:linkname
)

// Go keeps this hook for testing/cryptotest, which takes a fixed kind of
// reader and works in test binaries only. Building with
// -tags=tlsplay_seeded -ldflags=-checklinkname=0 reaches it from here, for
// `go run ./build trace` and for tests that compare with the browser.
//
//go:linkname setTestingReader crypto/internal/rand.SetTestingReader
func setTestingReader(io.Reader)

// Native is the host of a native program built so. One run at a time.
var Native Host = native{}

type native struct{}

func (native) Lend(b []byte) func() bool {
	w := &window{rest: b}
	setTestingReader(w)
	return func() bool { setTestingReader(nil); return !w.exhausted }
}

// window reads the lent bytes. The hook must never fail, so behind them come
// zeros, and the run is known not to repeat in the browser.
type window struct {
	rest      []byte
	exhausted bool
}

func (w *window) Read(p []byte) (int, error) {
	if len(p) > len(w.rest) {
		w.exhausted = true
		clear(p)
		return len(p), nil
	}
	copy(p, w.rest)
	w.rest = w.rest[len(p):]
	return len(p), nil
}
