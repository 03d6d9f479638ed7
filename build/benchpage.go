package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"tlsplay/build/browser"
	"tlsplay/build/bundle"
)

const (
	pageSamples  = 5
	pageThrottle = 4 // times slower than the machine is
)

// interaction is something that a visitor does, prepared by a script that is not
// measured; click is the element that is clicked, then waits until it is done.
type interaction struct{ name, prepare, click, until string }

const (
	largeRecord = `await tlsplay.show({ response_size: 40000, server: { fixed_records: true } });
		[...document.querySelectorAll("#events .record")].findLast((e) => /\b16\d\d\d bytes/.test(e.innerText)).classList.add("large")`
	longRun = `await tlsplay.show({ response_size: 1 << 20 })`
)

var interactions = []interaction{
	{"choose a record, plain", ``, `#event-6`, `document.querySelector("#event-6[aria-pressed=true]")`},
	{"choose a record, detailed", `document.getElementById("detail-detailed").click()`, `#event-1`, `document.querySelector("#event-1[aria-pressed=true]")`},
	{"choose a field", ``, `#tree .l3`, `document.querySelector("#tree .l3[aria-selected=true]")`},
	{"one step back", ``, `#back`, `document.getElementById("position").innerText.startsWith("14 of")`},
	{"run TLS 1.3", `old = document.getElementById("inspector").innerHTML`, `#run`, `document.getElementById("inspector").innerHTML !== old && document.querySelector("[data-run-state=finished]")`},
	{"run TLS 1.2", ``, `[id="version-1.2"]`, `/TLS 1.2 with/.test(document.getElementById("outcome").innerText)`},
	{"keys", `document.getElementById("version-1.3").click()`, `#tabs a[href="#/keys"]`, `document.body.dataset.view === "keys"`},
	{"choose a key", ``, `#derivation-master_secret`, `document.querySelector("#derivation-master_secret[aria-pressed=true]")`},
	{"certificates", ``, `#tabs a[href="#/certificates"]`, `document.body.dataset.view === "certificates"`},
	{"handshake", ``, `#tabs a[href="#/"]`, `document.body.dataset.view === "handshake"`},
	{"record of 16 kB, detailed", largeRecord, `.large`, `/\b16\d\d\d bytes/.test(document.querySelector("#events [aria-pressed=true]")?.innerText)`},
	{"a field of it", ``, `#tree .l2`, `document.querySelector("#tree .l2[aria-selected=true]")`},
	{"step back in a run of 1 MB", longRun, `#back`, `document.querySelectorAll("[id^=fold-]").length > 0 && document.getElementById("back")`},
	{"unfold its records", ``, `[id^="fold-"]`, `document.querySelectorAll("[id^=fold-]").length === 0`},
	{"choose one of them", ``, `#event-40`, `document.querySelector("#event-40[aria-pressed=true]")`},
}

// benchPage measures how loading and using the page feels on a machine a quarter
// as fast: Chromium's own figures, served from localhost, in a fresh tab each.
func benchPage(root string) error {
	if _, err := build(root, true); err != nil {
		return err
	}
	server := httptest.NewServer(onlyGzip(bundle.Handler(filepath.Join(root, "dist"))))
	defer server.Close()
	ctx, stop, err := browser.Start()
	if err != nil {
		return err
	}
	defer stop()
	loads := map[string][]float64{}
	took := map[string][]float64{}
	for i := range pageSamples {
		say("page: round %d of %d", i+1, pageSamples)
		if err := timePage(ctx, server.URL+"/", loads, took); err != nil {
			return err
		}
	}
	table(os.Stdout, func(row rower) {
		row(fmt.Sprintf("loading, %dx CPU throttling, medians of %d", pageThrottle, pageSamples), "measured", "target")
		row("largest contentful paint", fmt.Sprintf("%.0f ms", median(loads["lcp"])), "1000 ms")
		row("program started (instantiated)", fmt.Sprintf("%.0f ms", median(loads["instantiated"])), "")
		row("live run on screen (first)", fmt.Sprintf("%.0f ms", median(loads["first"])), "")
		row("all of the program is there (ready)", fmt.Sprintf("%.0f ms", median(loads["ready"])), "")
		row("cumulative layout shift", fmt.Sprintf("%.4f", median(loads["shift"])), "0.02")
	})
	fmt.Println()
	table(os.Stdout, func(row rower) {
		row(fmt.Sprintf("interaction to next paint, %dx, in steps of 8 ms", pageThrottle), "median", "worst", "target")
		for _, i := range interactions {
			all := took[i.name]
			row(i.name, fmt.Sprintf("%.0f ms", median(all)), fmt.Sprintf("%.0f ms", all[len(all)-1]), "200 ms")
		}
	})
	return nil
}

func timePage(ctx context.Context, address string, loads, took map[string][]float64) error {
	p, err := browser.Open(ctx, browser.Vitals)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := chromedp.Do(p.Ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if _, err := chromedp.Call(p.Ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: pageThrottle}); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := p.Goto(address); err != nil {
		return err
	}
	const settled = `tlsplay.ready.then(() => new Promise((done) => setTimeout(done, 2000)))`
	load, err := evaluate[map[string]float64](p.Ctx, settled+`.then(() => {
		const at = (name) => performance.getEntriesByName("tlsplay:" + name)[0].startTime;
		return { lcp: vitals.lcp, shift: vitals.shift, instantiated: at("instantiated"), first: at("first"), ready: at("ready") };
	})`)
	if err != nil {
		return err
	}
	for name, v := range load {
		loads[name] = append(loads[name], v)
	}
	for _, i := range interactions {
		ms, err := i.time(p.Ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", i.name, err)
		}
		took[i.name] = append(took[i.name], ms)
	}
	return nil
}

const rest = `new Promise((done) => setTimeout(done, 600))`

// time is the milliseconds from the click to the paint that follows it.
func (i interaction) time(ctx context.Context) (float64, error) {
	if i.prepare != "" {
		if _, err := evaluate[chromedp.Void](ctx, `(async () => { `+i.prepare+`; await `+rest+` })()`); err != nil {
			return 0, err
		}
	}
	if _, err := evaluate[chromedp.Void](ctx, `document.querySelector(`+"`"+i.click+"`"+`).scrollIntoView({ block: "center", behavior: "instant" }); vitals.interactions = []; `+rest); err != nil {
		return 0, err
	}
	ctx2, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx2, chromedp.Click(chromedp.CSS(i.click), chromedp.NodeVisible)); err != nil {
		return 0, fmt.Errorf("build: %w", err)
	}
	if err := chromedp.Do(ctx2, chromedp.Poll[chromedp.Void](`Boolean(`+i.until+`)`)); err != nil {
		return 0, fmt.Errorf("build: waiting for %s: %w", i.until, err)
	}
	return evaluate[float64](ctx, rest+`.then(() => Math.max(16, ...vitals.interactions))`)
}
