//go:build js && wasm

package dom

import (
	"sync"
	"syscall/js"

	"tlsplay/sim/entropy"
)

// Host is what the loader keeps for the program (site/loader.js).
type Host struct {
	js   js.Value
	lent sync.Mutex
}

// TakeHost takes it out of the global scope, where it was put for us alone.
func TakeHost() *Host {
	h := &Host{js: js.Global().Get("tlsplayHost")}
	js.Global().Delete("tlsplayHost")
	return h
}

// window is how many bytes of randomness a step can draw. The largest draw that
// bypasses tls.Config.Rand is 32 bytes for each ML-KEM encapsulation.
const window = 4 << 10

// Lend implements entropy.Host: until it is given back, the import through
// which randomness enters Go is answered from the stream.
func (h *Host) Lend(s *entropy.Stream) func() bool {
	data := make([]byte, window)
	s.Read(data)
	s.Reads = nil
	bytes := js.Global().Get("Uint8Array").New(window)
	js.CopyBytesToJS(bytes, data)
	h.lent.Lock()
	h.js.Set("entropy", map[string]any{"bytes": bytes, "used": 0, "exhausted": false})
	return func() bool {
		exhausted := h.js.Get("entropy").Get("exhausted").Bool()
		h.js.Set("entropy", nil)
		h.lent.Unlock()
		return !exhausted
	}
}

// Ready tells those who await tlsplay.ready that the program runs.
func (h *Host) Ready() { h.js.Call("resolveReady") }
