package browsertest

import (
	"fmt"
	"testing"

	"tlsplay/build/browser"
)

// Nothing jumps while the page loads and the live run takes over from the recorded
// one.
func TestLayoutShift(t *testing.T) {
	for _, width := range []int64{1440, 390} {
		for _, hash := range []string{"", "#/keys", "#/certificates"} {
			t.Run(fmt.Sprintf("%d px %s", width, hash), func(t *testing.T) {
				p := Open(t, Served, Viewport(width, 900), Hash(hash), Before(browser.Vitals))
				p.WaitFinished()
				p.Run(`new Promise((done) => setTimeout(done, 1000))`) // for what comes late
				const most = 0.02
				if shift := Eval[float64](p, `vitals.shift`); shift > most {
					t.Errorf("the layout shifts by %.4f: %q", shift, Eval[[]string](p, `vitals.shifts`))
				}
			})
		}
	}
}

// A megabyte of application data is folded in the lanes, unfolds, and shows of a
// record's bytes what is in view.
func TestLongRun(t *testing.T) {
	p := Open(t, Served)
	p.WaitFinished()
	p.Run(detailedView)
	p.Run(`tlsplay.show({ response_size: 1 << 20 })`)
	size := func(most int) {
		t.Helper()
		if n := Eval[int](p, `document.querySelectorAll("*").length`); n > most {
			t.Errorf("the page has %d elements, want at most %d", n, most)
		}
	}
	records := Eval[int](p, `Number(/(\d+) records/.exec(document.getElementById("outcome").innerText)[1])`)
	if records < 70 {
		t.Fatalf("%d records", records)
	}
	rows := func() int { return p.Count("#events .record") }
	if n := rows(); n > 30 {
		t.Errorf("%d of %d records are shown before anything was unfolded", n, records)
	}
	size(5000)
	p.Click("#events .fold button")
	p.Wait(`document.querySelectorAll("#events .record").length > 60`)
	skipped := func(row int) string {
		return Eval[string](p, fmt.Sprintf(`getComputedStyle(document.getElementById("event-%d").parentElement).contentVisibility`, row))
	}
	if near, far := skipped(10), skipped(60); near != "visible" || far != "auto" {
		t.Errorf("content-visibility of a row near the top is %s, of one far below %s", near, far)
	}
	// One of them that comes into view and is chosen stays where it is.
	at := func() float64 {
		return Eval[float64](p, `document.getElementById("event-60").getBoundingClientRect().top`)
	}
	p.Run(`document.getElementById("event-60").scrollIntoView({ block: "center", behavior: "instant" })`)
	p.Run(`new Promise((done) => setTimeout(done, 300))`)
	before := at()
	p.Click("#event-60")
	p.WaitFor("#event-60[aria-pressed=true]")
	p.Run(`new Promise((done) => setTimeout(done, 300))`)
	if after := at(); after-before > 2 || before-after > 2 {
		t.Errorf("the chosen row stood %.0f pixels below the top of the window, now %.0f", before, after)
	}
	p.Run(`document.getElementById("run").click()`)
	p.Wait(`document.querySelectorAll("#events .record").length < 30`)
	// A record in the middle of what is folded is shown all the same.
	p.Run(fmt.Sprintf(`location.hash = location.hash.replace("?v1", "?record=%d&v1")`, records-20))
	p.WaitFor(fmt.Sprintf(`#event-%d[aria-pressed=true]`, records-21))
	p.Wait(`document.querySelectorAll("#hex .block").length > 40`)
	p.Wait(`document.querySelectorAll("#hex .block:empty").length > 30`)
	size(12000)
	p.Run(`document.getElementById("hex").scrollTop = 1e9`)
	p.Wait(`document.querySelector("#hex .block:last-of-type .digits") !== null`)
	p.Run(`document.getElementById("hex").scrollIntoView({ block: "center" })`)
	p.Run(`document.getElementById("hex").scrollTop = 8000`)
	p.Wait(`(() => { const box = document.getElementById("hex").getBoundingClientRect(); return document.elementFromPoint(box.x + 120, box.y + box.height / 2)?.closest(".line") !== null })()`)
	size(16000)
	p.Click(`#hex .block:not(:empty) ~ .block:not(:empty) .digits [data-n]`)
	p.Wait(`document.querySelector("#tree [aria-selected=true]") !== null`)
	p.Run(`document.getElementById("search").focus()`)
	p.Run(`(() => { const s = document.getElementById("search"); s.value = "close_notify"; s.dispatchEvent(new Event("input", { bubbles: true })) })()`)
	p.Wait(fmt.Sprintf(`document.querySelector('#results a[href^="#/handshake?record=%d"]') !== null`, records-1))
}
