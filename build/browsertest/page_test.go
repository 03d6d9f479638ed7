package browsertest

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Opening the page runs a handshake and shows it, without a click.
func TestOpening(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		outcome := p.Text("#outcome")
		for _, want := range []string{"TLS 1.3", "TLS_AES_128_GCM_SHA256", "closed in good order"} {
			if !strings.Contains(outcome, want) {
				t.Errorf("the outcome is %q, without %q", outcome, want)
			}
		}
		lanes := p.Text("#lanes")
		for _, want := range []string{
			"Client", "Hello, this is what I can do", "Certificate", "Request", "Answer", "Goodbye", "shop.example", "certificate accepted", "can read 4 of 13 records",
		} {
			if !strings.Contains(lanes, want) {
				t.Errorf("the lanes do not show %q in plain words", want)
			}
		}
		p.Click("#detail-detailed")
		p.Wait(`/client_hello/.test(document.getElementById("lanes").innerText)`)
		lanes = p.Text("#lanes")
		for _, want := range []string{
			"Client", "Wire", "Server", "client_hello", "server_hello", "encrypted_extensions", "certificate",
			"certificate_verify", "finished", "application_data", "close_notify", "readable", "handshake key", "application key",
			"GET /orders/42 HTTP/1.1", "shop.example", "certificate accepted",
		} {
			if !strings.Contains(lanes, want) {
				t.Errorf("the lanes do not show %q", want)
			}
		}
		for id, wants := range map[string][]string{
			"certificates": {"shop.example", "Playground Issuing CA 1", "Playground Root CA", "Valid until", "Not sent"},
			"keys":         {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0", "handshake_secret", "write_iv", "server Finished verifies"},
			"files":        {"keylog.txt"},
			"about":        {"crypto/tls", "TLS Playground"},
		} {
			p.Click(`#tabs [href="#/` + id + `"]`)
			p.Wait(`document.body.dataset.view === ` + quote(id))
			p.Wait(`document.querySelector(".of-` + id + `").innerText.includes(` + quote(wants[0]) + `)`)
			text := p.Text(".of-" + id)
			for _, want := range wants {
				if !strings.Contains(text, want) {
					t.Errorf("%s does not show %q", id, want)
				}
			}
		}
	})
}

// The version switch and the lists run the handshake anew.
func TestKnobs(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		p.Click("#version-1\\.2")
		p.Wait(`/TLS 1.2 with TLS_ECDHE_ECDSA/.test(document.getElementById("outcome").innerText)`)
		lanes := p.Text("#lanes")
		for _, want := range []string{"My half of the key, signed", "session key", "From here on encrypted"} {
			if !strings.Contains(lanes, want) {
				t.Errorf("TLS 1.2 does not show %q", want)
			}
		}
		p.Click(`#tabs [href^="#/keys"]`)
		p.Wait(`/CLIENT_RANDOM/.test(document.getElementById("secrets").innerText)`)
		if keys := p.Text("#secrets"); !strings.Contains(keys, "client_write_key") {
			t.Errorf("the keys of TLS 1.2 are %q", keys)
		}
		choose(p, "certificate", "rsa-2048")
		p.Wait(`/TLS_ECDHE_RSA/.test(document.getElementById("outcome").innerText)`)
		before := p.Text("#secrets")
		p.Click("#run")
		p.Wait(`document.getElementById("secrets").innerText !== ` + quote(before))
	})
}

func choose(p *Page, id, value string) {
	p.Run(`(() => { const s = document.getElementById(` + quote(id) + `); s.value = ` + quote(value) +
		`; s.dispatchEvent(new Event("change", {bubbles: true})) })()`)
}

// What failed is said in words: which side, which alert, the Go error.
func TestFailure(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		choose(p, "fault", "expired")
		p.Wait(`/gave up/.test(document.getElementById("outcome").innerText)`)
		outcome := p.Text("#outcome")
		for _, want := range []string{
			"The client gave up: tls: failed to verify certificate: x509: certificate has expired",
			"fatal alert bad_certificate",
			"The server gave up: remote error: tls: bad certificate",
		} {
			if !strings.Contains(outcome, want) {
				t.Errorf("the outcome is %q, without %q", outcome, want)
			}
		}
		choose(p, "fault", "")
		p.Wait(`/good order/.test(document.getElementById("outcome").innerText)`)
	})
}

// Step, Back and Play walk through the run record by record.
func TestTransport(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		all := p.Count(`#events .record`)
		p.Click("#step") // at the end: from the start
		p.Wait(`document.getElementById("position").innerText.startsWith("0 of")`)
		if n := p.Count("#events .record"); n != 1 {
			t.Errorf("before the first step %d records are shown, want the one on its way", n)
		}
		p.Click("#step")
		p.Wait(`document.getElementById("position").innerText.startsWith("1 of")`)
		if text := p.Text("#outcome"); !strings.Contains(text, "under way") {
			t.Errorf("after one step: %q", text)
		}
		p.Click("#step")
		p.Wait(`document.getElementById("position").innerText.startsWith("2 of")`)
		p.Click("#back")
		p.Wait(`document.getElementById("position").innerText.startsWith("1 of")`)
		p.Click("#play")
		p.Wait(`document.getElementById("position").innerText.startsWith("3 of")`)
		p.Click("#play")
		at := p.Text("#position")
		for p.Count(`[data-run-state="finished"]`) == 0 {
			p.Click("#step")
		}
		if n := p.Count("#events .record"); n != all {
			t.Errorf("%d records stepwise, %d at once (paused at %s)", n, all, at)
		}
	})
}

// The bytes and the fields are linked both ways, by pointer and by keyboard.
func TestLinked(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		p.Click("#detail-detailed")
		p.Click("#event-0")
		p.WaitFor(`#inspector .field`)
		random := `Array.from(document.querySelectorAll("#tree .field")).find(f => f.querySelector(".name").innerText === "random").dataset.n`
		path := Eval[string](p, random)
		p.Hover(`#hex [data-n="` + path + `"]`)
		p.Wait(`document.querySelector('#tree [data-n="` + path + `"]').classList.contains("lit")`)
		p.Hover(`#tree [data-n="` + path + `"]`)
		p.Wait(`document.querySelector('#hex [data-n="` + path + `"]').classList.contains("lit")`)

		p.Click(`#hex [data-n="` + path + `"]`)
		p.Wait(`document.querySelector('#tree [aria-selected="true"]')?.dataset.n === ` + quote(path))
		bytes := Eval[string](p, `Array.from(document.querySelectorAll("#hex .digits .chosen")).map(s => s.innerText).join(" ")`)
		value := Eval[string](p, `document.querySelector('#tree [aria-selected="true"] .value').innerText`)
		if got := strings.ReplaceAll(bytes, " ", ""); len(got) != 64 || !strings.HasPrefix(got, value[:16]) {
			t.Errorf("the bytes of the random are %q, its value %q", bytes, value)
		}

		p.Run(`document.getElementById("t-` + path + `").focus()`)
		p.Press("ArrowDown")
		p.Wait(`document.activeElement.querySelector(".name")?.innerText === "legacy_session_id_length"`)
		p.Press("ArrowUp")
		p.Wait(`document.activeElement.dataset.n === ` + quote(path))
		p.Press("ArrowLeft") // to the client_hello
		p.Wait(`document.activeElement.querySelector(".name")?.innerText === "client_hello"`)
		p.Press("ArrowLeft")
		p.Wait(`document.activeElement.getAttribute("aria-expanded") === "false"`)
		p.Press("ArrowRight")
		p.Wait(`document.activeElement.getAttribute("aria-expanded") === "true"`)

		p.Run(`document.getElementById("hex").focus()`)
		p.Press("ArrowRight")
		p.Wait(`document.querySelector('#tree [aria-selected="true"]') !== null`)
		was := Eval[string](p, `document.querySelector('#tree [aria-selected="true"]').dataset.n`)
		p.Press("ArrowRight")
		p.Wait(`document.querySelector('#tree [aria-selected="true"]').dataset.n !== ` + quote(was))
		if at := Eval[string](p, `document.activeElement.id`); at != "hex" {
			t.Errorf("the focus left the bytes for %q", at)
		}
	})
}

// An encrypted record shows its plaintext beside its ciphertext.
func TestDecrypted(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		p.Run(`Array.from(document.querySelectorAll("#events .record")).find(r => r.innerText.includes("GET /orders")).click()`)
		p.Wait(`/GET .orders.42/.test(document.querySelector("#inspector .content")?.innerText)`)
		p.Click("#anatomy")
		p.WaitFor("#hex .decrypted .digits")
		plain := Eval[string](p, `Array.from(document.querySelectorAll("#hex .decrypted .digits")).map(s => s.innerText).join(" ")`)
		wire := Eval[string](p, `Array.from(document.querySelectorAll("#hex .on-wire .digits")).map(s => s.innerText).join(" ")`)
		const get = "47 45 54 20" // GET
		if !strings.Contains(plain, get) || strings.Contains(wire, get) {
			t.Errorf("decrypted: %.40q, on the wire: %.40q", plain, wire)
		}
		if characters := p.Count("#hex .characters"); characters == 0 || p.Count("#hex .on-wire .characters") > 0 {
			t.Errorf("characters stand %d times, also beside the ciphertext, want only beside the plaintext", characters)
		}
		text := p.Text("#inspector")
		for _, want := range []string{"auth_tag", "inner_plaintext", "application key"} {
			if !strings.Contains(text, want) {
				t.Errorf("the inspector does not show %q", want)
			}
		}
		p.Click("#inspector summary")
		p.Wait(`/nonce[\s\S]*additional data/.test(document.querySelector("#inspector details").innerText)`)
		p.Click("#protection a")
		p.Wait(`document.body.dataset.view === "keys" && /client_application_write_key/.test(document.querySelector("#secrets .inspected").innerText)`)
	})
}

// trace is what the tests need of a trace's JSON.
type traceJSON struct {
	State      string
	Repeatable bool
	Events     []struct {
		Kind, From, Type string
		Wire, Plain      struct{ Hex string }
		Messages         []struct{ Name string }
	}
}

func (t traceJSON) wire() string {
	var all strings.Builder
	for _, e := range t.Events {
		all.WriteString(e.Wire.Hex + "\n")
	}
	return all.String()
}

// The same scenario, seed and clock make the same bytes on the page, again,
// whatever group is negotiated, and the same JSON without a browser.
func TestRepeatable(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		for _, scenario := range []string{
			`{}`, `{"version":"1.2"}`, `{"certificate":"rsa-2048"}`, `{"version":"1.2","certificate":"rsa-2048"}`, `{"certificate":"ed25519"}`,
			`{"group":"X25519"}`, `{"group":"P-256"}`, `{"group":"P-384"}`, `{"group":"P-521"}`,
			`{"group":"SecP256r1MLKEM768"}`, `{"group":"SecP384r1MLKEM1024"}`, `{"fault":"expired"}`,
			`{"client":{"alpn":["h2"],"resume":true},"server":{"alpn":["h2"],"client_auth":"request","staple":"good"},"connections":2,"link":{"rtt":80}}`,
			`{"client":{"ech":"current"},"server":{"ech":true},"wire":["server 3 flip 40 01"]}`,
			`{"middle":"trusted","certificate":"rsa-2048","group":"X25519MLKEM768"}`,
		} {
			call := `tlsplay.run({...` + scenario + `, seed: "00112233445566778899", clock: "2026-05-06T07:08:09Z"}).then(t => JSON.stringify(t))`
			first, second := Eval[string](p, call), Eval[string](p, call)
			var a, b traceJSON
			if err := json.Unmarshal([]byte(first), &a); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(second), &b); err != nil {
				t.Fatal(err)
			}
			if !a.Repeatable || a.State != "finished" || len(a.Events) < 5 {
				t.Errorf("%s: repeatable %v, %s, %d events", scenario, a.Repeatable, a.State, len(a.Events))
			}
			if a.wire() != b.wire() || first != second {
				t.Errorf("%s: two runs from one seed differ", scenario)
			}
			if how == Served {
				if native := nativeTrace(t, scenario); !sameJSON(native, first) {
					t.Errorf("%s: the run without a browser differs\nnative  %.300s\nbrowser %.300s", scenario, native, first)
				}
			}
		}
		if a, b := Eval[string](p, `tlsplay.run().then(t => t.events[0].wire.hex)`), Eval[string](p, `tlsplay.run().then(t => t.events[0].wire.hex)`); a == b {
			t.Error("two runs without a seed are alike")
		}
	})
}

func nativeTrace(t *testing.T, scenario string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scenario.json")
	if err := os.WriteFile(file, []byte(scenario), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", "./build", "trace", "-seed", "00112233445566778899", "-clock", "2026-05-06T07:08:09Z", file)
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}

// The programming interface refuses what it can't run, in words.
func TestAPIErrors(t *testing.T) {
	p := Open(t, Served)
	p.WaitFinished()
	for call, want := range map[string]string{
		`tlsplay.run({version: "1.4"})`:      `use 1.3, 1.2, 1.1 or 1.0`,
		`tlsplay.run({verison: "1.3"})`:      "a scenario has no field verison",
		`tlsplay.run({client: {apln: []}})`:  "no field client.apln",
		`tlsplay.run({link: {rtt: -1}})`:     "link.rtt",
		`tlsplay.run({version: 1.3})`:        "type",
		`tlsplay.run("1.3")`:                 "takes a scenario object",
		`tlsplay.run({seed: "xyz"})`:         "hexadecimal digits",
		`tlsplay.run({host: "<b>x</b>"})`:    "use a DNS name",
		`tlsplay.run({clock: "yesterday"})`:  "2026-01-31T12:00:00Z",
		`tlsplay.run({request: ""})`:         "send 1 to",
		`tlsplay.run({certificate: "dsa"})`:  "use ecdsa-p256",
		`tlsplay.run({group: "brainpool"})`:  "leave it empty",
		`tlsplay.run({fault: "earthquake"})`: "leave it empty",
	} {
		got := Eval[string](p, call+`.then(() => "no error", e => e.message)`)
		if !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", call, got, want)
		}
	}
	if !strings.Contains(p.Text("#outcome"), "good order") {
		t.Error("the run on the page was disturbed")
	}
}

// Each file of a run can be kept, and is what it says.
func TestFiles(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how, Before(`
			globalThis.kept = {};
			const create = URL.createObjectURL;
			URL.createObjectURL = (blob) => { globalThis.lastBlob = blob; return create(blob) };
			HTMLAnchorElement.prototype.click = function () { kept[this.download] = lastBlob.text() };`))
		p.WaitFinished()
		p.Click(`#tabs [href="#/files"]`)
		for name, want := range map[string]string{
			"keylog.txt":     "CLIENT_HANDSHAKE_TRAFFIC_SECRET ",
			"scenario.json":  `"seed": "`,
			"trace.json":     `"events":[`,
			"server.pem":     "-----BEGIN CERTIFICATE-----",
			"trust-root.pem": "-----BEGIN CERTIFICATE-----",
		} {
			p.WaitFor(`[id="file-` + name + `"]`)
			p.Run(`document.getElementById("file-` + name + `").click()`)
			p.Wait(`"tls-playground-` + name + `" in kept`)
			if text := Eval[string](p, `kept["tls-playground-`+name+`"]`); !strings.Contains(text, want) {
				t.Errorf("%s: %.80q", name, text)
			}
		}
	})
}

// Markup in application data, the only free text of a scenario, stays text.
func TestHostileText(t *testing.T) {
	p := Open(t, Served)
	p.WaitFinished()
	got := Eval[string](p, `tlsplay.run({request: "<img src=x onerror=alert(1)>\r\n\r\n"}).then(t => t.events.find(e => e.type === "application_data" && e.from === "client" && e.inner === "application_data").plain.hex)`)
	text, err := hex.DecodeString(got)
	if err != nil || !strings.HasPrefix(string(text), "<img src=x") {
		t.Errorf("the request came back as %q (%v)", text, err)
	}
}
