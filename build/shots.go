package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"tlsplay/build/browser"
	"tlsplay/build/bundle"
)

// finished is the JavaScript condition that a run has been carried out and
// drawn.
const finished = `document.querySelector('[data-run-state="finished"]') !== null`

// scene is a state of the page that is worth a look.
type scene struct {
	name   string
	hash   string
	script string // JavaScript that brings the page there
}

const pick = `(id, value) => { const s = document.getElementById(id); s.value = value; s.dispatchEvent(new Event("change", {bubbles: true})) }`

var scenes = []scene{
	{name: "handshake"},
	{name: "record", hash: "#/handshake?record=6"},
	{name: "detailed", hash: "#/handshake?record=1&field=b0-3-2-1", script: `document.getElementById("detail-detailed").click()`},
	{name: "request", hash: "#/handshake?record=10", script: `document.getElementById("detail-detailed").click()`},
	{name: "start", script: `document.getElementById("step").click()`},
	{name: "failed", script: `(` + pick + `)("fault", "expired")`},
	{name: "tls12", script: `document.getElementById("version-1.2").click()`},
	{name: "scenarios", hash: "#/scenarios"},
	{name: "pasted", hash: "#/scenarios", script: `const f = document.getElementById("filter"); f.value = "remote error: tls: bad certificate"; f.dispatchEvent(new Event("input", {bubbles: true}))`},
	{name: "attack", script: `(async () => { const go = id => new Promise(r => { document.getElementById(id).click(); setTimeout(r, 150) }); await go("step"); await go("step"); await go("step"); await go("step"); await go("tamper"); await go("attack-flip") })()`},
	{name: "attacked", hash: "#/handshake?record=2&v1&wire=server%200%20flip%2020%2001"},
	{name: "lab", hash: "#/handshake?v1&version=1.2&wire=client+0+flip+12+01"},
	{name: "lab-trusted", hash: "#/handshake?v1&middle=trusted"},
	{name: "lab-thief", hash: "#/handshake?v1&version=1.2&connections=2&client.resume=true", script: `document.getElementById("afterwards").scrollIntoView()`},
	{name: "keys", hash: "#/keys"},
	{name: "key", hash: "#/keys?secret=client_handshake_traffic_secret"},
	{name: "keys12", hash: "#/keys", script: `document.getElementById("version-1.2").click()`},
	{name: "certificates", hash: "#/certificates"},
	{name: "certificate", hash: "#/certificates?certificate=2", script: `document.getElementById("field-6").click(); document.getElementById("trust-client-1-1").open = true`},
	{name: "certificates-pasted", hash: "#/certificates", script: `tlsplay.run().then(t => { const a = document.getElementById("paste-text"); const pem = (l, h) => "-----BEGIN " + l + "-----\n" + btoa(h.match(/../g).map(x => String.fromCharCode(parseInt(x, 16))).join("")) + "\n-----END " + l + "-----\n"; a.value = pem("CERTIFICATE", t.certificates[0].der.hex) + "-----BEGIN CERTIFICATE-----\nMIIB?\n-----END CERTIFICATE-----\n" + pem("PRIVATE KEY", "302e020100300506032b657004220420" + "07".repeat(32)); a.dispatchEvent(new Event("input", {bubbles: true})); setTimeout(() => document.getElementById("object-3").click(), 200); a.scrollIntoView({block: "center"}) })`},
	{name: "certificates-stapled", hash: "#/certificates?v1&server.staple=revoked&server.sct=true", script: `document.getElementById("trust-client").scrollIntoView()`},
	{name: "certificates-refused", hash: "#/certificates", script: `(` + pick + `)("fault", "path-length")`},
	{name: "workshop", hash: "#/certificates?make=server.intermediate&v1&server.chain=intermediate+permitted+elsewhere.example", script: `document.getElementById("workshop").scrollIntoView()`},
	{name: "workshop-client", hash: "#/certificates?make=client.leaf&v1&client.certificate=ecdsa-p256&client.chain=leaf+ext-key-usage+serverAuth&server.client_auth=require-and-verify", script: `document.getElementById("workshop").scrollIntoView()`},
	{name: "workshop-refused", hash: "#/certificates", script: `(` + pick + `)("edit-server-leaf-names", "shop..example"); setTimeout(() => document.getElementById("workshop").scrollIntoView(), 300)`},
	{name: "certificates-trial", hash: "#/certificates", script: `tlsplay.run({server: {sct: true, staple: "good"}}).then(t => { const a = document.getElementById("paste-text"); const pem = h => "-----BEGIN CERTIFICATE-----\n" + btoa(h.match(/../g).map(x => String.fromCharCode(parseInt(x, 16))).join("")) + "\n-----END CERTIFICATE-----\n"; a.value = t.certificates.map(c => pem(c.der.hex)).join(""); a.dispatchEvent(new Event("input", {bubbles: true})); setTimeout(() => { document.querySelector("#object .close").click(); document.getElementById("root-3").click(); setTimeout(() => document.getElementById("trial").scrollIntoView(), 100) }, 200) })`},
	{name: "pace", hash: "#/handshake?v1&link.rtt=90&link.bandwidth=1000&link.segment=1400", script: `document.getElementById("pace").scrollIntoView({block: "end"})`},
	{name: "compare", hash: "#/compare", script: `document.getElementById("version-1.2").click()`},
	{name: "compare-listeners", hash: "#/compare?first=v1%26version%3D1.2%26client.alpn%3Dh2%26server.alpn%3Dh2&v1&client.alpn=h2&client.ech=current&server.alpn=h2&server.ech=true"},
	{name: "compare-one", hash: "#/compare"},
	{name: "files", hash: "#/files"},
	{name: "about", hash: "#/about"},
	{name: "quic", hash: "#/handshake?record=1&v1&transport=quic&connections=2&client.resume=true"},
	{name: "astray", hash: "#/handshake?record=99"},
	{name: "boot", hash: "#/about", script: `const b = document.getElementById("boot"); b.hidden = false; b.dataset.state = "failed"; b.querySelector("button").hidden = false; b.querySelector("progress").hidden = true; document.getElementById("boot-bytes").textContent = ""; document.getElementById("boot-status").textContent = "The program could not be loaded: 404 Not Found."`},
	{name: "pasted-nothing", hash: "#/scenarios", script: `const f = document.getElementById("filter"); f.value = "no such thing"; f.dispatchEvent(new Event("input", {bubbles: true}))`},
	{name: "search-nothing", script: `const s = document.getElementById("search"); s.value = "xyzzy"; s.dispatchEvent(new Event("input", {bubbles: true}))`},
	{name: "search", script: `const s = document.getElementById("search"); s.value = "x25519"; s.dispatchEvent(new Event("input", {bubbles: true}))`},
}

func runShots(root string, args []string) error {
	fs := newFlags("shots")
	out := fs.String("out", "shots", "the folder to write to")
	only := fs.String("only", "", "only those with this in their name, such as keys-1440 or dark")
	view := fs.Bool("view", false, "what is in view, not the page from top to bottom")
	readme := fs.Bool("readme", false, "only the pictures in the README, in .github/readme")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if _, err := build(root, true); err != nil {
		return err
	}
	server := httptest.NewServer(bundle.Handler(filepath.Join(root, "dist")))
	defer server.Close()
	ctx, stop, err := browser.Start()
	if err != nil {
		return err
	}
	defer stop()

	var shots []shot
	for _, sc := range scenes {
		if *readme {
			if slices.Contains([]string{"handshake", "detailed", "key"}, sc.name) {
				shots = append(shots, shot{
					scene: sc, schemes: []string{"light"}, width: 1280, height: 860,
					file: func(string) string { return filepath.Join(root, ".github", "readme", sc.name+".png") },
				})
			}
			continue
		}
		for _, width := range []int64{1440, 1024, 390} {
			name := func(scheme string) string { return fmt.Sprintf("%s-%d-%s", sc.name, width, scheme) }
			schemes := slices.DeleteFunc([]string{"light", "dark"}, func(scheme string) bool {
				return !strings.Contains(name(scheme), *only)
			})
			if len(schemes) > 0 {
				shots = append(shots, shot{
					scene: sc, schemes: schemes, width: width, height: 900, whole: !*view,
					file: func(scheme string) string { return filepath.Join(*out, name(scheme)+".png") },
				})
			}
		}
	}
	return takeAll(ctx, server.URL, shots)
}

// takeAll takes a few shots at a time: most of what a shot takes is waiting.
func takeAll(ctx context.Context, address string, shots []shot) error {
	todo, failed := make(chan shot), make(chan error)
	for range 3 {
		go func() {
			var errs error
			for s := range todo {
				errs = errors.Join(errs, s.take(ctx, address+"/"+s.hash))
			}
			failed <- errs
		}()
	}
	for _, s := range shots {
		todo <- s
	}
	close(todo)
	return errors.Join(<-failed, <-failed, <-failed)
}

type shot struct {
	scene
	schemes       []string // of colours: light, dark or both
	file          func(scheme string) string
	width, height int64
	whole         bool // not just what is in view
}

func (s shot) take(ctx context.Context, address string) error {
	p, err := browser.Open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := s.light(p, s.schemes[0]); err != nil {
		return err
	}
	size := chromedp.EmulateViewport(s.width, s.height)
	if s.width < 600 {
		size = chromedp.EmulateViewport(s.width, s.height, chromedp.EmulateMobile, chromedp.EmulateScale(2))
	}
	if err := chromedp.Do(p.Ctx, size); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := p.Goto(address); err != nil {
		return err
	}
	ready := chromedp.Poll[chromedp.Void](finished, chromedp.WithPollingTimeout(30*time.Second))
	if err := chromedp.Do(p.Ctx, ready); err != nil {
		return fmt.Errorf("build: no run finished on the page: %w", err)
	}
	if s.script != "" {
		if _, err := chromedp.Run(p.Ctx, chromedp.Evaluate[chromedp.Void]("{"+s.script+"}")); err != nil {
			return fmt.Errorf("build: %s: %w", s.name, err)
		}
	}
	const settle = 1200 * time.Millisecond // texts and files come a little later
	if err := chromedp.Do(p.Ctx, chromedp.Sleep(settle)); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if s.whole { // or what stays in view while scrolling covers something else
		if _, err := chromedp.Run(p.Ctx, chromedp.Evaluate[chromedp.Void]("scrollTo(0, 0)")); err != nil {
			return fmt.Errorf("build: %w", err)
		}
	}
	for _, scheme := range s.schemes {
		if err := s.light(p, scheme); err != nil {
			return err
		}
		take := chromedp.CaptureScreenshot()
		if s.whole {
			take = chromedp.FullScreenshot(100)
		}
		png, err := chromedp.Run(p.Ctx, take)
		if err != nil {
			return fmt.Errorf("build: screenshot: %w", err)
		}
		file := s.file(scheme)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("build: %w", err)
		}
		if err := os.WriteFile(file, png, 0o644); err != nil {
			return fmt.Errorf("build: %w", err)
		}
		say("wrote %s", file)
	}
	for _, problem := range p.Problems() {
		say("the page did what it should not: %s", problem)
	}
	return nil
}

// light has the page in the colours of a scheme, and nothing move.
func (s shot) light(p *browser.Page, scheme string) error {
	media := emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		},
	}
	if _, err := chromedp.Call(p.Ctx, emulation.SetEmulatedMedia, media); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}
