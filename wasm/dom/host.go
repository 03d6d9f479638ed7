//go:build js && wasm

package dom

import (
	"errors"
	"sync"
	"syscall/js"
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

// Lend implements entropy.Host: until it is given back, the import through
// which randomness enters Go is answered from b.
func (h *Host) Lend(b []byte) func() bool {
	bytes := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(bytes, b)
	h.lent.Lock()
	h.js.Set("entropy", map[string]any{"bytes": bytes, "used": 0, "exhausted": false})
	return func() bool {
		exhausted := h.js.Get("entropy").Get("exhausted").Bool()
		h.js.Set("entropy", nil)
		h.lent.Unlock()
		return !exhausted
	}
}

// File is the text of a file that the loader has brought.
func (h *Host) File(id string) (string, error) {
	f := h.js.Call("file", id)
	if f.InstanceOf(js.Global().Get("Error")) {
		return "", errors.New(f.Get("message").String())
	}
	text := make([]byte, f.Length())
	js.CopyBytesToGo(text, f)
	return string(text), nil
}

// Whole is closed once all of the program is there. What it needs for the first run to
// be seen comes first, and the rest is brought when this is called: whatever is called
// of it earlier has the program stand still until then, and with it the page.
func (h *Host) Whole() <-chan struct{} {
	whole := make(chan struct{})
	var then js.Func
	then = js.FuncOf(func(js.Value, []js.Value) any {
		then.Release()
		close(whole)
		return nil
	})
	h.js.Call("whole").Call("then", then)
	return whole
}

// Ready tells those who await tlsplay.ready that the program runs.
func (h *Host) Ready() { h.js.Call("resolveReady") }
