package browsertest

import (
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestBoot(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.Run(`tlsplay.ready`)
		if v := Eval[string](p, `tlsplay.version`); v == "" {
			t.Error("tlsplay.version is empty")
		}
		if Eval[bool](p, `"tlsplayHost" in globalThis`) {
			t.Error("tlsplayHost is still there: the program must take it")
		}
		if !Eval[bool](p, `document.getElementById("boot")?.hidden ?? true`) {
			t.Error("the loader's messages are still on the page")
		}
		if how == Packed && len(p.Requests()) != 1 {
			t.Errorf("the single file asked for more than itself: %q", p.Requests())
		}
	})
}

// On a slow connection, the bytes are counted that have come.
func TestBootSlowly(t *testing.T) {
	p := Open(t, Served, Before(`document.addEventListener("DOMContentLoaded", () => {
		globalThis.seen = [];
		new MutationObserver(() => seen.push(...[...document.querySelectorAll("#boot-progress:not([hidden])")].map((bar) => bar.value)))
			.observe(document.getElementById("boot"), { subtree: true, childList: true, attributes: true });
	})`), Through(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if path.Ext(r.URL.Path) == ".wasm" || r.URL.Path == "/" {
				w = slow{w}
			}
			next.ServeHTTP(w, r)
		})
	}))
	p.Run(`tlsplay.ready`)
	seen := slices.Compact(Eval[[]float64](p, `seen`))
	back := slices.IndexFunc(seen[1:], func(v float64) bool { return v == 0 }) + 1 // for the second part
	for i, part := range [][]float64{seen[:back], seen[back:]} {
		length := Eval[float64](p, `Number(document.querySelector("[data-wasm]").dataset.`+[]string{"wasm", "rest"}[i]+`Bytes)`)
		if len(part) < 3 || !slices.IsSorted(part) || part[len(part)-1] != length {
			t.Errorf("the progress bar went %v for a part of %v bytes", part, length)
		}
	}
}

// slow writes in pieces of a quarter of a megabyte or a tenth of it all at most.
type slow struct{ http.ResponseWriter }

func (s slow) Write(b []byte) (n int, err error) {
	piece := min(1<<18, len(b)/10+1)
	for len(b) > 0 && err == nil {
		var m int
		m, err = s.ResponseWriter.Write(b[:min(piece, len(b))])
		n += m
		b = b[m:]
		http.NewResponseController(s.ResponseWriter).Flush()
		time.Sleep(50 * time.Millisecond)
	}
	return n, err
}

// A visitor whose browser can't run the page learns what is missing.
func TestBootMissing(t *testing.T) {
	for _, feature := range []string{"WebAssembly", "BigInt", "TextEncoder", "ReadableStream"} {
		t.Run(feature, func(t *testing.T) {
			Each(t, func(t *testing.T, how How) {
				p := Open(t, how, Before("delete globalThis."+feature))
				p.Expect("globalThis.TextEncoder is not available") // says wasm_exec.js as well
				p.Expect("preload")
				p.Wait(`/lacks .*` + feature + `.* It needs Chrome/.test(document.getElementById("boot-status").innerText)`)
				message := Eval[string](p, `tlsplay.ready.then(() => "", (err) => err.message)`)
				if !strings.Contains(message, feature) {
					t.Errorf("tlsplay.ready was rejected with %q", message)
				}
				if !strings.Contains(p.Text("body"), "TLS Playground") {
					t.Error("the page can't be read")
				}
			})
		})
	}
}

// A download that breaks off can be taken up again without reloading the page.
func TestBootInterrupted(t *testing.T) {
	for name, fail := range map[string]http.HandlerFunc{
		"broken off": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/wasm")
			w.Header().Set("Content-Length", "100000")
			w.Write(append([]byte("\x00asm\x01\x00\x00\x00"), make([]byte, 5000)...))
			panic(http.ErrAbortHandler)
		},
		"refused": func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		},
	} {
		for _, slowly := range []bool{false, true} { // as it is compiled at once, and counted
			if slowly {
				name += ", slowly"
			}
			t.Run(name, func(t *testing.T) {
				interrupted(t, fail, slowly)
			})
		}
	}
}

func interrupted(t *testing.T, fail http.HandlerFunc, slowly bool) {
	var failing atomic.Bool
	failing.Store(true)
	p := Open(t, Served, Through(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if path.Ext(r.URL.Path) == ".wasm" && failing.Load() {
				fail(w, r)
				return
			}
			if slowly && r.URL.Path == "/" {
				w = slow{w}
			}
			next.ServeHTTP(w, r)
		})
	}))
	p.Expect("Failed to load resource")
	p.Expect("preload")
	p.Wait(`/interrupted/.test(document.getElementById("boot-status").innerText)`)
	failing.Store(false)
	p.Click("#boot-retry")
	p.Run(`tlsplay.ready`)
}
