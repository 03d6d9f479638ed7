package browsertest

import (
	"strings"
	"testing"

	"tlsplay/build/browser"
)

// A pasted error message finds the runs that end in it, and one of them runs.
func TestPastedError(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how, Hash("#/scenarios"))
		p.WaitFinished()
		p.WaitFor("#preset-stock")
		if n := p.Count(".preset"); n < 40 {
			t.Errorf("%d presets, want 40 at least", n)
		}
		p.Run(`(() => { const f = document.getElementById("filter"); f.value = "2026/11/24 12:00:00 http: TLS handshake error from 10.0.0.1:443: remote error: tls: bad certificate"; f.dispatchEvent(new Event("input", {bubbles: true})) })()`)
		p.Wait(`document.querySelectorAll(".preset").length < 40`)
		if text := p.Text("#scenarios"); !strings.Contains(text, "expired") {
			t.Errorf("found for a bad certificate: %.300q", text)
		}
		p.Run(`document.querySelector("[id^=preset-][id*=expired]").click()`)
		p.Wait(`document.body.dataset.view === "handshake" && /certificate has expired/.test(document.getElementById("outcome").innerText)`)
		p.Wait(`/fault=expired/.test(location.hash)`)
		p.Run(`history.back()`)
		p.Wait(`document.body.dataset.view === "scenarios"`)
	})
}

// What a browser shows finds the failure, the best match first; its run says why it
// failed and what other programs print.
func TestPastedCode(t *testing.T) {
	p := Open(t, Served, Hash("#/scenarios"))
	p.WaitFinished()
	p.WaitFor("#preset-stock")
	p.Run(`(() => { const f = document.getElementById("filter"); f.value = "Error code: SSL_ERROR_RX_RECORD_TOO_LONG"; f.dispatchEvent(new Event("input", {bubbles: true})) })()`)
	p.Wait(`document.querySelector(".preset button")?.id === "preset-tls-to-http"`)
	p.Click("#preset-tls-to-http")
	p.Wait(`/wrong version number/.test(document.getElementById("lab").innerText)`)
	if text := p.Text("#lab"); !strings.Contains(text, "ERR_SSL_PROTOCOL_ERROR") || !strings.Contains(text, "http://") {
		t.Errorf("why it failed: %q", text)
	}
}

// On a link that takes time all ways to shake hands are timed, one after the other;
// choosing one runs it there.
func TestPace(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		p.WaitFor("#link-1")
		p.Click("#link-1")
		p.Wait(`document.querySelectorAll("#pace .total").length === 9 && !/being run/.test(document.getElementById("pace").innerText)`)
		if text := p.Text("#pace"); !strings.Contains(text, "300 ms") || !strings.Contains(text, "600 ms") {
			t.Errorf("the times are %q", text)
		}
		p.Run(`Array.from(document.querySelectorAll("#pace li a")).find(a => a.innerText.startsWith("TLS 1.2")).click()`)
		p.Wait(`/version=1.2/.test(location.hash) && /link.rtt=150/.test(location.hash) && document.querySelector("#pace .current") !== null`)
		p.Wait(`/First TCP connects/.test(document.getElementById("lanes").innerText)`)
	})
}

// Each knob runs at once; what can't be is said at the knob, and the run stays.
func TestKnobForm(t *testing.T) {
	p := Open(t, Served, Hash("#/scenarios"))
	p.WaitFinished()
	p.WaitFor(`[id="knob-client.alpn"]`)
	turn := func(id, how string) {
		p.Run(`(() => { const k = document.getElementById("knob-` + id + `"); ` + how + `; k.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	}
	turn("client.alpn", `k.value = "h2\nhttp/1.1"`)
	p.Wait(`/client.alpn=h2,http\/1.1|client.alpn=h2%2Chttp/.test(location.hash)`)
	turn("server.alpn", `k.value = "http/1.1"`)
	p.Wait(`/server.alpn/.test(location.hash)`)
	turn("server.client_auth", `k.value = "require-any"`)
	p.Wait(`/gave up/.test(document.getElementById("outcome").innerText)`)
	turn("client.certificate", `k.value = "ed25519"`)
	p.Wait(`/good order/.test(document.getElementById("outcome").innerText)`)
	turn("client.resume", `k.checked = true`)
	turn("connections", `k.value = "2"`)
	p.Wait(`/connections=2/.test(location.hash)`)
	turn("group", `k.value = "P-521"`)
	turn("version", `k.value = "1.2"`)
	turn("group", `k.value = "X25519MLKEM768"`)
	p.Wait(`document.querySelector(".knob .bad")?.innerText.includes("group")`)
	p.Click(`#tabs [href^="#/?"], #tabs [href^="#/handshake"], #tabs [href="#/"]`)
	p.WaitFor("#leg-1")
	p.Click("#leg-1")
	p.Wait(`document.querySelector("#leg-1[aria-pressed=true]") !== null && document.querySelectorAll("#events .record").length > 8`)
	p.Click("#reset")
	p.Wait(`location.hash === ""`)
}

// By hand: stop the run, choose a byte, change it, go on, see both ends notice.
func TestTamper(t *testing.T) {
	Each(t, func(t *testing.T, how How) {
		p := Open(t, how)
		p.WaitFinished()
		at := func(n string) {
			p.Wait(`document.getElementById("position").innerText.startsWith("` + n + ` of")`)
		}
		p.Click("#step")
		at("0")
		for _, n := range []string{"1", "2", "3"} {
			p.Click("#step")
			at(n)
		}
		p.Click("#tamper") // the encrypted extensions
		p.WaitFor("#raw .byte")
		p.Click(`#raw [data-arg="9"]`)
		p.Wait(`/Byte 9/.test(document.getElementById("inspector").innerText)`)
		p.Click("#attack-flip")
		p.WaitFor("#attack-deliver")
		p.Wait(`/wire=/.test(location.hash)`)
		p.Click("#attack-deliver")
		at("4")
		p.Wait(`/byte 9:/.test(document.getElementById("inspector").innerText)`)
		for p.Count(`[data-run-state="finished"]`) == 0 {
			p.Click("#step")
			p.Run(`new Promise(r => setTimeout(r, 50))`)
		}
		outcome := p.Text("#outcome")
		for _, want := range []string{"The client gave up: local error: tls: bad record MAC", "fatal alert bad_record_mac"} {
			if !strings.Contains(outcome, want) {
				t.Errorf("the outcome is %q, without %q", outcome, want)
			}
		}
		p.Click("#reset")
		p.Wait(`/good order/.test(document.getElementById("outcome").innerText)`)
	})
}

// The same link gives the same bytes in two browsers.
func TestSharedLink(t *testing.T) {
	const copied = `globalThis.copied = []; document.execCommand = () => { copied.push(document.activeElement.value); return true };`
	p := Open(t, Served, Before(copied))
	p.WaitFinished()
	choose(p, "certificate", "ed25519")
	p.Wait(`/certificate=ed25519/.test(location.hash)`)
	p.Click("#event-5")
	p.Click("#detail-detailed")
	p.Click("#share")
	p.Wait(`copied.length === 1`)
	link := Eval[string](p, `copied[0]`)
	if !strings.HasPrefix(link, p.URL+"#/handshake?record=6") || !strings.Contains(link, "seed=") || !strings.Contains(link, "clock=") {
		t.Fatalf("the link is %q", link)
	}
	bytes := func(p *Page) string {
		p.WaitFinished()
		p.Wait(`document.querySelector("#event-5[aria-pressed=true]") !== null`)
		if p.Count("#hex") == 0 {
			p.Click("#detail-detailed")
		}
		p.WaitFor("#hex .on-wire .digits")
		return Eval[string](p, `Array.from(document.querySelectorAll("#hex .on-wire .digits")).map(s => s.innerText).join(" ")`)
	}
	want := bytes(p)
	ctx, stop, err := browser.Start() // another process
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	tab, err := browser.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	q := &Page{Page: tab, URL: link, t: t}
	if err := tab.Goto(link); err != nil {
		t.Fatal(err)
	}
	if got := bytes(q); got != want {
		t.Errorf("the other browser has\n%.200s\nand not\n%.200s", got, want)
	}
}
