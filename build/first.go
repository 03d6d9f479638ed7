package main

import (
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"

	"tlsplay/build/browser"
	"tlsplay/build/bundle"
)

// first.txt names the functions that are called until a first run is on the page: the
// first part of the wasm has them, and the rest comes when that can be seen (bundle,
// Split). One that is missing has the page wait for the rest, which a test watches for;
// one too many is only weight. It is made by "go run ./build first".
//
//go:embed first.txt
var firstNames string

func firstFunctions() map[string]bool {
	all := map[string]bool{}
	for name := range strings.Lines(firstNames) {
		all[strings.TrimSpace(name)] = true
	}
	return all
}

// recording keeps what a recording wasm has noted when the page's first work is done.
var recording = fmt.Sprintf(`{
	let memory;
	const instantiate = WebAssembly.instantiate;
	WebAssembly.instantiate = async (module, imports) => {
		const instance = await instantiate(module, imports);
		memory ??= instance.exports.mem;
		return instance;
	};
	const mark = performance.mark.bind(performance);
	globalThis.called = new Promise((resolve) => {
		performance.mark = (name) => {
			if (name === "tlsplay:first") {
				resolve(new Uint8Array(memory.buffer.slice(%d, %d)).toBase64());
			}
			return mark(name);
		};
	});
}`, bundle.RecordAt, bundle.RecordEnd)

// A visit is one way in which the page is opened first.
type visit struct {
	width int64
	setup string
}

var visits = []visit{
	{1440, ""},
	{390, ""},
	{1024, `localStorage.setItem("tlsplay.theme", "dark")`},
	{1440, `localStorage.setItem("tlsplay.detail", "detailed")`},
	{1440, `Object.defineProperty(document, "hidden", { value: true })`},
}

// enough is how many visits in a row must not call anything new: what is random in a
// run now and then takes another path.
const enough = 30

// record opens the page and is what it has noted when its first work is done.
func record(ctx context.Context, address string, v visit) ([]byte, error) {
	p, err := browser.Open(ctx, recording+v.setup)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	if err := chromedp.Do(p.Ctx, chromedp.EmulateViewport(v.width, 900)); err != nil {
		return nil, err
	}
	if err := p.Goto(address); err != nil {
		return nil, err
	}
	text, err := evaluate[string](p.Ctx, "called")
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}

// runFirst opens the page as visitors do and writes down which functions it calls.
func runFirst(root string, args []string) error {
	if err := newFlags("first").Parse(args); err != nil {
		return err
	}
	src, err := source(root)
	if err != nil {
		return err
	}
	src.First, src.Record = nil, true
	b, err := bundle.Load(src, say)
	if err != nil {
		return err
	}
	dist := filepath.Join(root, ".cache", "recording")
	if err := b.Write(dist, true); err != nil {
		return err
	}
	server := httptest.NewServer(bundle.Handler(dist))
	defer server.Close()
	ctx, stop, err := browser.Start()
	if err != nil {
		return err
	}
	defer stop()
	called := map[string]bool{}
	calm := 0 // how many visits in a row have called nothing new
	for i := 0; i < len(visits) || calm < enough; i++ {
		v := visits[i%len(visits)]
		bits, err := record(ctx, server.URL+"/", v)
		if err != nil {
			return fmt.Errorf("build: first: %w", err)
		}
		n := len(called)
		for _, name := range b.Called(bits) {
			called[name] = true
		}
		if calm++; len(called) > n {
			say("visit %d calls %d functions that none before did", i+1, len(called)-n)
			calm = 0
		}
	}
	var names []string
	for name := range called {
		names = append(names, name+"\n")
	}
	slices.Sort(names)
	if err := os.WriteFile(filepath.Join(root, "build", "first.txt"), []byte(strings.Join(names, "")), 0o644); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}
