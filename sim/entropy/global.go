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

func (native) Lend(s *Stream) func() bool {
	setTestingReader(s)
	return func() bool { setTestingReader(nil); return true }
}
