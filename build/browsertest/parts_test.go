package browsertest

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// What a first run needs is in the first part of the program: nobody waits for the rest
// to see one.
func TestFirstPart(t *testing.T) {
	for _, width := range []int64{1440, 390} {
		Each(t, func(t *testing.T, how How) {
			p := Open(t, how, Viewport(width, 900), Before(`globalThis.finished = new Promise((resolve) => {
				new MutationObserver((_, watch) => {
					if (document.querySelector('[data-run-state="finished"]')) {
						watch.disconnect();
						resolve(performance.getEntriesByName("tlsplay:whole").length === 0);
					}
				}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-run-state"] });
			})`))
			if !Eval[bool](p, `finished`) {
				t.Error("the run is shown after the rest has come only")
			}
			p.Run(`tlsplay.ready`)
			if Eval[bool](p, `performance.getEntriesByName("tlsplay:awaited").length > 0`) {
				t.Error("a function of the rest was called before it was there: run go run ./build first")
			}
		})
	}
}

// holdRest keeps the rest of the program back until it is let go.
func holdRest() (through Option, letGo func()) {
	free := make(chan struct{})
	return Through(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/rest.") {
				select {
				case <-free:
				case <-r.Context().Done():
				}
			}
			next.ServeHTTP(w, r)
		})
	}), func() { close(free) }
}

// What a visitor does while the rest is on its way is not lost.
func TestBeforeTheRest(t *testing.T) {
	for name, c := range map[string]struct{ do, then string }{
		"a click": {`document.querySelector("#event-3").click()`, `document.querySelector("#event-3[aria-pressed=true]") !== null`},
		"clicks on the same": {
			`for (let i = 0; i < 5; i++) document.getElementById("detail-detailed").click()`,
			`document.body.dataset.detail === "detailed"`,
		},
		"a key":   {`document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }))`, `document.activeElement.id === "search"`},
		"a link":  {`location.hash = "#/keys"`, `document.body.dataset.view === "keys" && /client_handshake_traffic_secret/.test(document.getElementById("secrets").textContent)`},
		"a field": {`{ const s = document.getElementById("search"); s.value = "key_share"; s.dispatchEvent(new Event("input", { bubbles: true })); }`, `document.querySelector("#results .found") !== null`},
	} {
		t.Run(name, func(t *testing.T) {
			through, letGo := holdRest()
			p := Open(t, Served, through)
			p.Wait(`performance.getEntriesByName("tlsplay:first").length > 0`)
			p.Run(c.do)
			if Eval[bool](p, `performance.getEntriesByName("tlsplay:ready").length > 0`) {
				t.Fatal("the page is ready without the rest")
			}
			letGo()
			p.Wait(c.then)
			p.Run(`tlsplay.ready`)
		})
	}
}

// A program that is in the middle of something when it misses the rest goes on there.
// Timers that are due meanwhile wait with it.
func TestAwaited(t *testing.T) {
	through, letGo := holdRest()
	p := Open(t, Served, through)
	p.Wait(`performance.getEntriesByName("tlsplay:first").length > 0`)
	p.Run(`(async () => { location.hash = "#/scenarios"; await new Promise((r) => setTimeout(r, 6000)); })()`) // the scene's end is due
	if !Eval[bool](p, `performance.getEntriesByName("tlsplay:awaited").length > 0`) {
		t.Error("nothing waits")
	}
	letGo()
	p.Run(`tlsplay.ready`)
	p.Wait(`document.body.dataset.view === "scenarios" && !document.body.hasAttribute("data-opening")`)
	p.Wait(`document.querySelector("#scenarios button") !== null`)
}

// The rest can be asked for again, too, and what the first part shows stays.
func TestRestInterrupted(t *testing.T) {
	var failing atomic.Bool
	failing.Store(true)
	p := Open(t, Served, Through(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/rest.") && failing.Load() {
				http.Error(w, "busy", http.StatusServiceUnavailable)
				return
			}
			next.ServeHTTP(w, r)
		})
	}))
	p.Expect("Failed to load resource")
	p.Wait(`/interrupted/.test(document.getElementById("boot-status").innerText)`)
	if state := Eval[string](p, `document.querySelector("[data-run-state]").dataset.runState`); state != "finished" {
		t.Errorf("the run is %s", state)
	}
	failing.Store(false)
	p.Click("#boot-retry")
	p.Run(`tlsplay.ready`)
	p.Click("#event-2")
	p.Wait(`document.querySelector("#event-2[aria-pressed=true]") !== null`)
}
