package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

// However the page got there: the same address has the same document. (The program
// changes of the document only what differs from what it believes to be there.)
func TestSameDocument(t *testing.T) {
	const (
		run     = "v1&clock=2026-01-31T12:00:00Z&seed=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
		regions = `["tabs", "detail", "controls", "outcome", "results", "contrast", "legs", "spine", "lanes", "inspector", "afterwards", "history", "secrets"]`
		// Attributes are sorted: one that comes back comes last.
		written = `globalThis.written = (e) => e.nodeType === Node.TEXT_NODE ? e.data : e.nodeType !== Node.ELEMENT_NODE ? "" :
			"\n<" + [e.localName, ...[...e.attributes].map((a) => a.name + "=" + a.value).sort()].join(" ") + ">" + [...e.childNodes].map(written).join("") + "</>";
			globalThis.settled = () => new Promise((done) => setTimeout(done, 120));`
		walk = `(async () => {
			let seed = 7;
			const random = (n) => (seed = seed * 16807 % 2147483647) % n;
			const acts = new Set(["event", "node", "toggle", "derivation", "step", "back", "term", "close"]);
			const done = {};
			for (let i = 0; i < 120; i++) {
				const all = [...document.querySelectorAll("#tabs a, [data-act]")].filter((e) =>
					e.checkVisibility() && !e.disabled && (e.localName === "a" ? /#\/(keys|certificates|handshake|)(\?|$)/.test(e.getAttribute("href")) : acts.has(e.dataset.act)));
				const kinds = Object.groupBy(all, (e) => e.dataset.act ?? "tab");
				const kind = kinds[Object.keys(kinds)[random(Object.keys(kinds).length)]];
				const e = kind[random(kind.length)];
				done[e.dataset.act ?? "tab"] = true;
				e.click();
				await new Promise((done) => setTimeout(done, 20));
			}
			return Object.keys(done).length;
		})()`
	)
	p := Open(t, Served, Before(written))
	p.WaitFinished()
	visit := func(address string) string {
		t.Helper()
		p.Run(fmt.Sprintf(`(async () => { location.hash = %q; await settled() })()`, address))
		// A step that was chosen in the walk may have begun the run anew.
		p.Run(`(async () => {
			for (let n = 0; n < 100 && !/^(\d+) of \1$/.test(document.getElementById("position").innerText); n++) {
				document.getElementById("step").click();
				await new Promise((done) => setTimeout(done, 20));
			}
		})()`)
		p.Run(fmt.Sprintf(`(async () => { location.hash = %q; await settled() })()`, address))
		return Eval[string](p, regions+`.map((id) => document.getElementById(id)).filter((e) => e.parentElement.checkVisibility()).map(written).join("\n")`)
	}
	for _, detail := range []string{"plain", "detailed"} {
		if detail == "detailed" {
			p.Run(detailedView)
		}
		for _, address := range []string{"#/handshake?record=3&" + run, "#/keys?secret=handshake_secret&" + run} {
			other := "#/handshake?record=2&" + run
			visit(other)
			want := visit(address)
			visit(other)
			if kinds := Eval[int](p, walk); kinds < 6 {
				t.Errorf("%s: only %d kinds of action were done", detail, kinds)
			}
			visit(other)
			got := visit(address)
			if got != want {
				t.Errorf("%s, %s: %s", detail, address, firstDifference(want, got))
			}
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines became %d", len(w), len(g))
}

// What the visitor scrolled and opened stays so when another record is drawn in the
// place of the one before.
func TestKept(t *testing.T) {
	p := Open(t, Served)
	p.WaitFinished()
	p.Run(detailedView)
	p.Click("#event-0")
	p.WaitFor("#event-0[aria-pressed=true]")
	p.Run(`(() => {
		globalThis.before = document.getElementById("hex");
		before.scrollTop = 40;
		document.getElementById("facts").open = true;
	})()`)
	const certificate = "#event-4" // in two columns, so that its bytes are not those of the hello with changes
	p.Click(certificate)
	p.WaitFor(certificate + "[aria-pressed=true]")
	if Eval[bool](p, `before.isConnected`) {
		t.Error("the bytes were not drawn anew: this shows nothing")
	}
	if top := Eval[int](p, `document.getElementById("hex").scrollTop`); top != 40 {
		t.Errorf("the bytes were scrolled by 40 pixels, now by %d", top)
	}
	if !Eval[bool](p, `document.getElementById("facts").open`) {
		t.Error("what was open is closed")
	}
}
