package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

// state is a state of the page in which everyone must be able to use it. They
// follow one another on one page.
type state struct{ name, script, until string }

const (
	detailedView = `document.getElementById("detail-detailed").click()`
	plainView    = `document.getElementById("detail-plain").click()`
)

var states = []state{
	{"opened", ``, `true`},
	{"record chosen", `document.getElementById("event-6").click()`, `document.querySelector("#event-6[aria-pressed=true]")`},
	{"detailed", detailedView, `document.body.dataset.detail === "detailed" && document.getElementById("tree")`},
	{"record with a field chosen", `location.hash = "#/handshake?record=1&field=b0-3-2-1"`, `document.querySelector("#tree [aria-selected=true]")`},
	{"request", `location.hash = "#/handshake?record=10"`, `document.querySelector("#inspector .content")`},
	{"closed end", `[...document.querySelectorAll("#events .record")].at(-1).click()`, `document.querySelector("#events li:last-child [aria-pressed=true]")`},
	{"start", `document.getElementById("step").click()`, `document.getElementById("position").innerText.startsWith("0 of")`},
	{"start, plain", plainView, `document.body.dataset.detail === "plain"`},
	{"one step", `document.getElementById("step").click()`, `document.getElementById("position").innerText.startsWith("1 of")`},
	{"search", `find("x25519")`, `document.querySelector("#results a")`},
	{"nothing found", `find("qqqq")`, `/No result/.test(document.getElementById("results").innerText)`},
	{"failed run", `find(""); pick("fault", "expired")`, `/gave up/.test(document.getElementById("outcome").innerText)`},
	{"keys of a failed run", `tab("Keys")`, `document.body.dataset.view === "keys"`},
	{"failed run again", `tab("Handshake")`, `document.body.dataset.view === "handshake"`},
	{"TLS 1.2", `pick("fault", ""); document.getElementById("version-1.2").click()`, `/TLS 1.2 with/.test(document.getElementById("outcome").innerText)`},
	{"keys of TLS 1.2", `tab("Keys")`, `document.body.dataset.view === "keys"`},
	{"keys", `document.getElementById("version-1.3").click()`, `/handshake_secret/.test(document.getElementById("secrets").innerText)`},
	{"key chosen", `location.hash = "#/keys?secret=client_handshake_traffic_secret"`, `document.querySelector(".of-keys .inspected")`},
	{"scenarios", `tab("Scenarios")`, `document.querySelector(".preset")`},
	{"compared", `tab("Compare")`, `document.querySelector("#comparison table")`},
	{"certificates", `tab("Certificates")`, `document.body.dataset.view === "certificates"`},
	{"certificates pasted", `tlsplay.run({server: {sct: true, staple: "revoked"}}).then((t) => paste(t.certificates.map((c) => pem("CERTIFICATE", c.der.hex)).join("")))`, `document.querySelector("#trial .verdict-of.bad")`},
	{"certificates trusted", `document.querySelector("#object .close").click(); document.querySelector("#trial .roots > button").click()`, `document.querySelector("#trial .verdict-of.good")`},
	{"roots in use", `document.getElementById("use-client-roots").click()`, `document.getElementById("use-none")`},
	{"a revoked certificate", `document.getElementById("use-none").click(); pick("fault", "revoked")`, `document.getElementById("trust-client-statement-1")`},
	{"an edit that can't be", `pick("fault", ""); pick("edit-server-leaf-names", "a..b")`, `document.querySelector("#edit-form [aria-invalid=true]")`},
	{"an edited authority", `document.getElementById("make-server.intermediate").click(); pick("edit-server-intermediate-not-after", "-1")`, `/Undo all edits/.test(document.getElementById("workshop").innerText)`},
	{"files", `document.getElementById("undo-edits").click(); tab("Files")`, `document.getElementById("file-keylog.txt")`},
	{"about", `tab("About")`, `document.body.dataset.view === "about"`},
}

const helpers = `
	globalThis.pick = (id, value) => { const s = document.getElementById(id); s.value = value; s.dispatchEvent(new Event("change", { bubbles: true })) };
	globalThis.pem = (label, hex) => "-----BEGIN " + label + "-----\n" + btoa(hex.match(/../g).map((x) => String.fromCharCode(parseInt(x, 16))).join("")) + "\n-----END " + label + "-----\n";
	globalThis.paste = (text) => { const a = document.getElementById("paste-text"); a.value = text; a.dispatchEvent(new Event("input", { bubbles: true })) };
	globalThis.tab = (name) => [...document.querySelectorAll("#tabs a")].find((a) => a.innerText === name).click();
	globalThis.find = (words) => { const s = document.getElementById("search"); s.value = words; s.dispatchEvent(new Event("input", { bubbles: true })) };`

// enter brings the page into a state and waits until it is drawn.
func (p *Page) enter(s state) {
	p.t.Helper()
	p.Run(`{` + s.script + `}`)
	p.Wait(`Boolean(` + s.until + `)`)
	p.Run(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))`)
}

// Nobody is kept out: axe-core finds nothing, in any state, in light and dark.
func TestAxe(t *testing.T) {
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390} {
			t.Run(fmt.Sprintf("%s, %d px", scheme, width), func(t *testing.T) {
				t.Parallel()
				p := Open(t, Served, Viewport(width, 900), Before(helpers),
					Media("prefers-color-scheme", scheme), Media("prefers-reduced-motion", "reduce"))
				p.WaitFinished()
				p.WaitFor("#explanation")
				for _, s := range states {
					p.enter(s)
					for _, v := range p.Axe() {
						t.Errorf("%s: %v", s.name, v)
					}
				}
			})
		}
	}
}

// At 400 % of 1280 pixels nothing has to be scrolled sideways (WCAG 1.4.10).
func TestZoom(t *testing.T) {
	p := Open(t, Served, Viewport(320, 256), Before(helpers))
	p.WaitFinished()
	for _, s := range states {
		p.enter(s)
		if wide := Eval[int](p, `document.documentElement.scrollWidth`); wide > 320 {
			t.Errorf("%s: %d pixels wide on a screen of 320, for %s", s.name, wide, Eval[string](p, `[...document.querySelectorAll("main *, header *")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > 320 && !e.closest(".tabs, .tree, .hex, pre, .hidden")).slice(0, 4).map((e) => e.outerHTML.slice(0, 120)).join("\n")`))
		}
	}
}

// Whoever moves with the Tab key sees where they are: every stop has a ring, and
// is not covered by what stays in place (WCAG 2.4.7, 2.4.11).
func TestFocusVisible(t *testing.T) {
	for _, width := range []int64{1280, 390} {
		t.Run(fmt.Sprintf("%d px", width), func(t *testing.T) {
			p := Open(t, Served, Viewport(width, 800))
			p.WaitFinished()
			p.Run(detailedView)
			for _, view := range []string{"handshake", "keys", "certificates", "files", "about"} {
				p.Run(`location.hash = "#/` + view + `"`)
				p.Wait(`document.body.dataset.view === ` + quote(view))
				p.Run(`document.activeElement.blur(); scrollTo(0, 0)`)
				seen := 0
				for range 300 {
					p.Press("Tab")
					at := Eval[string](p, `(() => {
						const e = document.activeElement;
						if (e === document.body) { return "end" }
						const name = e.outerHTML.slice(0, 100);
						const s = getComputedStyle(e);
						if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2) { return "no ring: " + name }
						const r = e.getBoundingClientRect();
						const points = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]];
						const shown = points.some(([x, y]) => { const at = document.elementFromPoint(r.x + x * r.width, r.y + y * r.height); return at && (e.contains(at) || at.contains(e) && at !== document.body && at !== document.documentElement || at.closest("label")?.contains(e)) });
						return shown ? "" : "covered: " + name + JSON.stringify(r);
					})()`)
					if at == "end" {
						break
					}
					if seen++; at != "" {
						t.Errorf("%s, stop %d: %s", view, seen, at)
					}
				}
				if seen < 10 {
					t.Errorf("%s has %d stops", view, seen)
				}
			}
		})
	}
}

// Whoever has asked for less motion gets none.
func TestReducedMotion(t *testing.T) {
	p := Open(t, Served, Media("prefers-reduced-motion", "reduce"), Before(`
		globalThis.moved = [];
		addEventListener("animationstart", (e) => moved.push(e.animationName), true);
		addEventListener("transitionstart", (e) => moved.push(e.propertyName), true);`))
	p.WaitFinished()
	p.Click("#step")
	p.Wait(`document.getElementById("position").innerText.startsWith("0 of")`)
	p.Click("#step")
	p.Wait(`document.getElementById("position").innerText.startsWith("1 of")`)
	if moved := Eval[[]string](p, `moved`); len(moved) > 0 {
		t.Errorf("moved: %q", moved)
	}
}

// On paper stands the run with what was chosen, and nothing that can only be
// pressed.
func TestPrint(t *testing.T) {
	p := Open(t, Served, Before(helpers))
	p.WaitFinished()
	p.Run(`pick("theme", "dark")`)
	p.Run(detailedView)
	p.Click("#event-0")
	p.WaitFor("#tree")
	p.media("print")
	for selector, shown := range map[string]bool{
		"#lanes": true, "#inspector": true, "#tree": true, "#outcome": true, "#afterwards": true,
		".top": false, "#controls": false, "#watch": false, "#spine": false, ".copies": false,
	} {
		if got := Eval[bool](p, `document.querySelector(`+quote(selector)+`).checkVisibility()`); got != shown {
			t.Errorf("%s on paper: %v, want %v", selector, got, shown)
		}
	}
	if cut := Eval[[]string](p, `["tree", "hex", "inspector"].filter((id) => { const e = document.getElementById(id); return e.scrollHeight > e.clientHeight + 2 })`); len(cut) > 0 {
		t.Errorf("cut off on paper: %q", cut)
	}
	// Dark ink on white paper, whatever the screen has.
	if ink := Eval[string](p, `["#lanes .message", "#inspector h2", "#tree .name"].map((s) => getComputedStyle(document.querySelector(s)).color).join(" ")`); strings.Contains(ink, "231, 235, 238") {
		t.Errorf("the ink is that of the dark screen: %s", ink)
	}
}

// Where the system sets the colours, what is chosen still differs from what is
// not.
func TestForcedColors(t *testing.T) {
	p := Open(t, Served, Media("forced-colors", "active"))
	p.WaitFinished()
	p.Run(detailedView)
	p.Click("#event-0")
	p.WaitFor("#tree")
	p.Run(`document.querySelectorAll("#tree .field")[3].click()`)
	p.Wait(`document.querySelector("#tree [aria-selected=true]") && document.querySelector("#hex .chosen")`)
	look := func(selector string) string {
		return Eval[string](p, `(() => { const s = getComputedStyle(document.querySelector(`+quote(selector)+`)); const clear = /, 0\)$/; return [s.color, clear.test(s.backgroundColor) ? getComputedStyle(document.body).backgroundColor : s.backgroundColor].join() + [s.borderBottomStyle === "none" ? "" : s.borderBottomColor] })()`)
	}
	for _, pair := range [][2]string{
		{"#detail [aria-pressed=true]", "#detail [aria-pressed=false]"},
		{"#controls [aria-pressed=true]", "#controls [aria-pressed=false]"},
		{"#events [aria-pressed=true]", "#events [aria-pressed=false]"},
		{"#tree [aria-selected=true]", "#tree [aria-selected=false]"},
		{"#hex .chosen", "#hex .digits [data-n]:not(.chosen)"},
		{"#tabs [aria-current=page]", "#tabs [aria-current=false]"},
	} {
		if a, b := look(pair[0]), look(pair[1]); a == b {
			t.Errorf("%s looks like %s: %s", pair[0], pair[1], a)
		}
	}
}
