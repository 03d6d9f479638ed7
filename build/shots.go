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

// finished is the JavaScript condition that a run has been carried out and
// drawn.
const finished = `document.querySelector('[data-run-state="finished"]') !== null`

func runShots(root string, args []string) error {
	fs := newFlags("shots")
	out := fs.String("out", "shots", "the folder to write to")
	hash := fs.String("hash", "", "the page's state, such as '#...'")
	click := fs.String("click", "", "a CSS selector to click first")
	readme := fs.Bool("readme", false, "only the picture in the README, .github/readme/page.png")
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

	shots := []shot{}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1440, 1024, 390} {
			shots = append(shots, shot{
				file:   filepath.Join(*out, fmt.Sprintf("%d-%s.png", width, scheme)),
				scheme: scheme, width: width, height: 900, whole: true,
			})
		}
	}
	if *readme {
		shots = []shot{{
			file:   filepath.Join(root, ".github", "readme", "page.png"),
			scheme: "light", width: 1280, height: 860,
		}}
	}
	for _, s := range shots {
		s.click = *click
		if err := s.take(ctx, server.URL+"/"+*hash); err != nil {
			return err
		}
		say("wrote %s", s.file)
	}
	return nil
}

type shot struct {
	file          string
	scheme        string // of colours: light or dark
	width, height int64
	whole         bool // not just what is in view
	click         string
}

func (s shot) take(ctx context.Context, address string) error {
	p, err := browser.Open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	media := emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: s.scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		},
	}
	if _, err := chromedp.Call(p.Ctx, emulation.SetEmulatedMedia, media); err != nil {
		return fmt.Errorf("build: %w", err)
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
	if s.click != "" {
		click := chromedp.Click(chromedp.CSS(s.click), chromedp.NodeVisible)
		if err := chromedp.Do(p.Ctx, click, chromedp.Sleep(300*time.Millisecond)); err != nil {
			return fmt.Errorf("build: clicking %s: %w", s.click, err)
		}
	}
	take := chromedp.CaptureScreenshot()
	if s.whole {
		take = chromedp.FullScreenshot(100)
	}
	png, err := chromedp.Run(p.Ctx, take)
	if err != nil {
		return fmt.Errorf("build: screenshot: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.file), 0o755); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := os.WriteFile(s.file, png, 0o644); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	for _, problem := range p.Problems() {
		say("the page did what it should not: %s", problem)
	}
	return nil
}
