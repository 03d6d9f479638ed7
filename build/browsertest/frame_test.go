package browsertest

import (
	"net/http"
	"strings"
	"testing"
)

// What is chosen has an address, and back and forward go from one to the next.
func TestAddress(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		hash := func(want string) {
			t.Helper()
			p.Wait(`location.hash === ` + quote(want))
		}
		hash("")
		p.Click("#event-3")
		hash("#/handshake?record=4")
		p.Click(`#tabs [href="#/keys"]`)
		hash("#/keys")
		p.Click(`#derivation-master_secret`)
		hash("#/keys?secret=master_secret")
		p.Run(`history.back()`)
		hash("#/keys")
		p.Wait(`document.querySelector("#derivation-master_secret[aria-pressed=false]") !== null`)
		p.Run(`history.back()`)
		p.Wait(`document.body.dataset.view === "handshake" && document.querySelector("#event-3[aria-pressed=true]") !== null`)
		p.Run(`history.forward()`)
		p.Wait(`document.body.dataset.view === "keys"`)
		if title := Eval[string](p, `document.title`); title != "Keys · TLS Playground" {
			t.Errorf("the title is %q", title)
		}
	})
}

// A page that is opened at an address shows what it names; what can't be is said,
// and the page goes on working.
func TestOpenedAt(t *testing.T) {
	for hash, want := range map[string]string{
		"#/handshake?record=2&field=b1-3": `document.querySelector("#tree [aria-selected=true]")?.dataset.n === "b1-3"`,
		"#/keys?secret=early_secret":      `/early_secret/.test(document.querySelector(".of-keys .inspected h2")?.innerText)`,
		"#/handshake?record=99":           `/record 99, and this run has/.test(document.getElementById("outcome").innerText)`,
		"#/nonsense":                      `/the part .nonsense./.test(document.getElementById("outcome").innerText)`,
		"#/keys?secret=<img src=x>":       `/no secret/.test(document.getElementById("outcome").innerText)`,
		"#/handshake?record=two":          `/give a number/.test(document.getElementById("outcome").innerText)`,
		"#/handshake?colour=red":          `/which is nothing here/.test(document.getElementById("outcome").innerText)`,
	} {
		t.Run(hash, func(t *testing.T) {
			p := Open(t, Served, Hash(hash))
			p.WaitFinished()
			p.Wait(want)
			p.Click(`#tabs [href="#/files"]`)
			p.WaitFor(`[id="file-keylog.txt"]`)
		})
	}
}

// The search finds fields, values, bytes, keys and words, and leads there.
func TestSearch(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		p.WaitFor("#explanation") // the texts have come
		search := func(words string) {
			t.Helper()
			p.Run(`document.getElementById("search").value = ""`)
			// As a key press by hand: the protocol's would type the slash all the same.
			p.Run(`document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true}))`)
			p.Wait(`document.activeElement.id === "search"`)
			for _, c := range words {
				p.Press(string(c))
			}
			p.Wait(`document.querySelector("#results [role=status]")?.innerText.includes(` + quote(words) + `)`)
		}
		search("shop.example")
		if text := p.Text("#results"); !strings.Contains(text, "server_name.host_name") || !strings.Contains(text, "record 1") {
			t.Errorf("found for shop.example: %q", text)
		}
		p.Run(`Array.from(document.querySelectorAll("#results a")).find(a => a.innerText === "server_name.host_name").click()`)
		p.Wait(`document.querySelector("#tree [aria-selected=true] .name")?.innerText === "host_name"`)
		p.Wait(`document.getElementById("results").innerText === ""`)

		search("forward secrecy")
		if text := p.Text("#results"); !strings.Contains(text, "Words and meanings") {
			t.Errorf("found for forward secrecy: %q", text)
		}
		p.Press("Escape")
		p.Wait(`document.getElementById("results").innerText === "" && document.getElementById("search").value === ""`)

		p.Run(`document.activeElement.blur()`)
		search("47 45 54 20 2f") // GET /
		if text := p.Text("#results"); !strings.Contains(text, "these bytes") {
			t.Errorf("found for the bytes of GET: %q", text)
		}
		p.Press("Escape")
		p.Run(`document.activeElement.blur()`)
		search("master_secret")
		p.Run(`Array.from(document.querySelectorAll("#results a")).find(a => a.innerText === "master_secret").click()`)
		p.Wait(`location.hash === "#/keys?secret=master_secret"`)
	})
}

// Bytes are copied in four forms; the value of a secret as well.
func TestCopy(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how, Before(`
			globalThis.copied = [];
			document.execCommand = () => { copied.push(document.activeElement.value); return true };`))
		p.WaitFinished()
		p.Click("#detail-detailed")
		p.Click("#event-0")
		p.WaitFor("#copy-hex")
		for _, form := range []string{"hex", "c", "base64", "go"} {
			p.Click("#copy-" + form)
		}
		p.Wait(`copied.length === 4`)
		got := Eval[[]string](p, `copied`)
		for i, start := range []string{"1603010", "unsigned char bytes[] = {\n\t0x16, 0x03, 0x01,", "FgMBB", "[]byte{\n\t0x16, 0x03, 0x01,"} {
			if !strings.HasPrefix(got[i], start) {
				t.Errorf("copied %.40q, want %q first", got[i], start)
			}
		}
		p.Click(`#tabs [href="#/keys"]`)
		p.Click(`#derivation-handshake_secret`)
		p.WaitFor(".of-keys #copy-hex")
		p.Click(".of-keys #copy-hex")
		p.Wait(`copied.length === 5 && /^[0-9a-f]{64}$/.test(copied[4])`)
		p.Run(`document.getElementById("recipe-of-command").open = true`)
		p.Click("#recipe-of-command button")
		p.Wait(`copied.length === 6 && copied[5].includes("openssl")`)
	})
}

// The whole way through a run, and to any byte of it, without a pointer.
func TestKeyboard(t *testing.T) {
	p := Open(t, Served)
	p.WaitFinished()
	p.Run(`document.getElementById("event-0").focus()`)
	p.Press("ArrowDown")
	p.Wait(`document.activeElement.id === "event-1"`)
	p.Press("Enter")
	p.Wait(`document.querySelector("#event-1[aria-pressed=true]") !== null && document.activeElement.id === "event-1"`)
	p.Press("d")
	p.WaitFor("#tree")
	p.Press("ArrowRight") // step: at the end, from the start
	p.Wait(`document.getElementById("position").innerText.startsWith("0 of")`)
	p.Press("ArrowRight")
	p.Wait(`document.getElementById("position").innerText.startsWith("1 of")`)
	p.Press("ArrowLeft")
	p.Wait(`document.getElementById("position").innerText.startsWith("0 of")`)
	p.Press("p")
	p.Wait(`document.getElementById("position").innerText.startsWith("2 of")`)
	p.Press("p")
	p.Press("r")
	p.Wait(`/good order/.test(document.getElementById("outcome").innerText)`)
	p.Press("4")
	p.Wait(`Math.abs(document.getElementById("step-4").getBoundingClientRect().top) < 400`)
	// Shortcuts can be turned off (WCAG 2.1.4).
	p.Run(`document.getElementById("shortcuts").click()`)
	p.Press("/")
	p.Run(`new Promise(r => setTimeout(r, 100))`)
	if at := Eval[string](p, `document.activeElement.id`); at == "search" {
		t.Error("a shortcut works though all are off")
	}
}

// On a narrow screen the chosen record lies over the run and can be put away.
func TestNarrow(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how, Viewport(390, 844))
		p.WaitFinished()
		visible := `getComputedStyle(document.getElementById("inspector")).display !== "none"`
		if Eval[bool](p, visible) {
			t.Error("the inspector lies over the page before anything was chosen")
		}
		p.Click("#event-1")
		p.Wait(visible)
		p.Click("#inspector .close")
		p.Wait("!(" + visible + ")")
		for _, v := range []string{"#/", "#/keys", "#/certificates", "#/files", "#/about"} {
			p.Run(`location.hash = ` + quote(v))
			p.Run(`new Promise(r => setTimeout(r, 150))`)
			if wide := Eval[int](p, `document.documentElement.scrollWidth`); wide > 390 {
				t.Errorf("%s is %d pixels wide on a screen of 390", v, wide)
			}
		}
	})
}

// The colours follow the system until the visitor chooses, and plain or detailed
// is remembered.
func TestPreferences(t *testing.T) {
	p := Open(t, Served, Media("prefers-color-scheme", "dark"))
	p.WaitFinished()
	background := `getComputedStyle(document.body).backgroundColor`
	dark := Eval[string](p, background)
	p.Run(`(() => { const s = document.getElementById("theme"); s.value = "light"; s.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	p.Wait(background + ` !== ` + quote(dark))
	p.Click("#detail-detailed")
	p.Wait(`document.body.dataset.detail === "detailed"`)
	if err := p.Goto(p.URL); err != nil {
		t.Fatal(err)
	}
	p.WaitFinished()
	p.Wait(`document.body.dataset.detail === "detailed"`)
	if Eval[string](p, background) == dark {
		t.Error("the chosen colours are forgotten")
	}
}

// Without scripts the recorded run is there to read, all views one below the other.
func TestWithoutScripts(t *testing.T) {
	p := Open(t, Served, WithoutScripts())
	for selector, want := range map[string]string{
		"#lanes": "Hello, this is what I can do", "#secrets": "handshake_secret", "#chains": "Playground Root CA", ".of-about": "crypto/tls",
	} {
		if text := p.Text(selector); !strings.Contains(text, want) {
			t.Errorf("%s shows %.80q without scripts, want %q", selector, text, want)
		}
	}
}

// And so it is where the loader can't be loaded.
func TestWithoutLoader(t *testing.T) {
	p := Open(t, Served, Through(func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/loader.") {
				http.Error(w, "busy", http.StatusServiceUnavailable)
				return
			}
			site.ServeHTTP(w, r)
		})
	}))
	p.Expect("Failed to load resource")
	p.Expect("Refused to execute script")
	p.Expect("preload")
	p.Wait(`document.getElementById("lanes").innerText.includes("Hello, this is what I can do")`)
}
