// Package browsertest looks at the finished page, as a visitor would: in a real
// browser, as the served site and as the single file from disk. It holds both
// the harness and the tests.
//
// [Open] builds what is out of date, opens the page and fails the test at its
// end if the page did what no page of ours may do (see [browser.Page]).
//
// Where there is no browser the tests are skipped, except where CI is set.
package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tlsplay/build/browser"
	"tlsplay/build/bundle"
)

// How is a way in which the page reaches a visitor.
type How string

const (
	Served How = "served" // over HTTP from localhost
	Packed How = "packed" // the single file, from disk
)

// Each runs a test both ways.
func Each(t *testing.T, test func(t *testing.T, how How)) {
	for _, how := range []How{Served, Packed} {
		t.Run(string(how), func(t *testing.T) { test(t, how) })
	}
}

// Option changes how Open opens the page.
type Option func(*options)

type options struct {
	scripts []string
	hash    string
	wrap    func(http.Handler) http.Handler
	media   map[string]string
	mute    bool
	width   int64
	height  int64
}

// Before runs a script in the page before any of its own.
func Before(script string) Option {
	return func(o *options) { o.scripts = append(o.scripts, script) }
}

// Hash opens the page at a fragment, such as "#...".
func Hash(fragment string) Option { return func(o *options) { o.hash = fragment } }

// Through puts something between the served site and the page.
func Through(wrap func(http.Handler) http.Handler) Option {
	return func(o *options) { o.wrap = wrap }
}

// Media emulates a media feature, such as prefers-color-scheme.
func Media(feature, value string) Option {
	return func(o *options) { o.media[feature] = value }
}

// WithoutScripts has the browser run none of the page's.
func WithoutScripts() Option {
	return func(o *options) { o.mute = true }
}

// Viewport sets the size of the window.
func Viewport(width, height int64) Option {
	return func(o *options) { o.width, o.height = width, height }
}

// Page is an open page in a test.
type Page struct {
	*browser.Page
	URL     string
	t       testing.TB
	ignored []string
}

// patience is how long a page may take over anything, with a machine as busy
// as that of CI.
const patience = 60 * time.Second

// Open opens the page.
func Open(t testing.TB, how How, opts ...Option) *Page {
	t.Helper()
	dist := built(t)
	o := options{width: 1280, height: 900, media: map[string]string{}}
	for _, opt := range opts {
		opt(&o)
	}
	address := "file://" + filepath.ToSlash(filepath.Join(dist, bundle.Packed))
	if how == Served {
		handler := bundle.Handler(dist)
		if o.wrap != nil {
			handler = o.wrap(handler)
		}
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		address = server.URL + "/"
	}
	tab, err := browser.Open(running(t), o.scripts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	p := &Page{Page: tab, URL: address + o.hash, t: t}
	t.Cleanup(p.check)

	media := emulation.SetEmulatedMediaParams{}
	for name, value := range o.media {
		media.Features = append(media.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	if _, err := chromedp.Call(p.Ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(o.width, o.height))
	if o.mute {
		if _, err := chromedp.Call(p.Ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := tab.Goto(p.URL); err != nil {
		t.Fatal(err)
	}
	return p
}

// media shows the page as on another medium: "print", or "" for the screen.
func (p *Page) media(name string) {
	p.t.Helper()
	if _, err := chromedp.Call(p.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name}); err != nil {
		p.t.Fatal(err)
	}
}

// check fails the test for what the page did wrong, and shows its state.
func (p *Page) check() {
	for _, problem := range p.Problems() {
		if !p.expected(problem) {
			p.t.Errorf("%s: %s", p.URL, problem)
		}
	}
	if !p.t.Failed() {
		return
	}
	text, err := chromedp.Run(p.Ctx, chromedp.Evaluate[string](`document.body.innerText.slice(0, 2000)`))
	if err == nil {
		p.t.Logf("the page says:\n%s", text)
	}
}

func (p *Page) expected(problem string) bool {
	for _, part := range p.ignored {
		if strings.Contains(problem, part) {
			return true
		}
	}
	return false
}

// Expect lets problems pass that contain the text.
func (p *Page) Expect(problem string) { p.ignored = append(p.ignored, problem) }

// within limits an action, so that a test fails rather than hangs.
func (p *Page) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.Ctx, patience)
}

func (p *Page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v", p.URL, err)
	}
}

// Eval is the value of a JavaScript expression, awaited when it is a promise,
// decoded into a T.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %s: %v", p.URL, expression, err)
	}
	return v
}

// Run runs JavaScript for what it does.
func (p *Page) Run(expression string) {
	p.t.Helper()
	Eval[chromedp.Void](p, expression)
}

// Wait waits until a JavaScript expression is true.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(patience)))
	if err != nil {
		p.t.Fatalf("%s: waiting for %s: %v", p.URL, expression, err)
	}
}

// WaitFor waits until an element that matches the CSS selector is there.
func (p *Page) WaitFor(selector string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf(`document.querySelector(%s) !== null`, quote(selector)))
}

// WaitFinished waits until a run has been carried out and drawn, and all of the program
// is there.
func (p *Page) WaitFinished() {
	p.t.Helper()
	p.WaitFor(`[data-run-state="finished"]`)
	p.Run(`tlsplay.ready`)
}

// Text is the visible text of the first element that matches the selector.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	p.WaitFor(selector)
	return Eval[string](p, fmt.Sprintf(`document.querySelector(%s).innerText`, quote(selector)))
}

// Count is the number of elements that match the selector.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	return Eval[int](p, fmt.Sprintf(`document.querySelectorAll(%s).length`, quote(selector)))
}

// Click clicks the first element that matches the selector with the mouse,
// when it is visible, in its middle.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Hover moves the mouse to the middle of an element.
func (p *Page) Hover(selector string) {
	p.t.Helper()
	p.WaitFor(selector)
	at := Eval[[]float64](p, fmt.Sprintf(`(() => {
		const e = document.querySelector(%s);
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getClientRects()[0];
		return [r.x + r.width / 2, r.y + r.height / 2];
	})()`, quote(selector)))
	p.do(chromedp.MouseEvent("mouseMoved", at[0], at[1]))
}

// Press presses and releases a key, given as its character or by its name in
// KeyboardEvent.key, such as "ArrowDown".
func (p *Page) Press(key string, modifiers ...chromedp.Modifier) {
	p.t.Helper()
	if len([]rune(key)) > 1 {
		named := ""
		for char, k := range kb.Keys {
			// A name may have several keys: left, right, on the number pad.
			if k.Key == key && (named == "" || string(char) < named) {
				named = string(char)
			}
		}
		if named == "" {
			p.t.Fatalf("no key is named %q", key)
		}
		key = named
	}
	for _, r := range key {
		p.key(r, modifiers)
	}
}

// key presses and releases a key. Its text goes with it, as from a keyboard: of a
// key that the page has taken nothing is written. As an event of its own, which
// chromedp.KeyEvent makes of it, it always is.
func (p *Page) key(r rune, modifiers []chromedp.Modifier) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	keys := kb.Encode(r)
	for _, k := range keys {
		for _, m := range modifiers {
			k.Modifiers |= int64(m)
		}
		if k.Type == kb.KeyChar {
			if k.Modifiers&^int64(chromedp.ModifierShift) == 0 {
				keys[0].Text, keys[0].UnmodifiedText = k.Text, k.UnmodifiedText
			}
		}
	}
	for _, k := range keys {
		if k.Type == kb.KeyChar {
			continue
		}
		if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, *k); err != nil {
			p.t.Fatalf("%s: the key %q: %v", p.URL, r, err)
		}
	}
}

// Screenshot writes a PNG of the whole page to a file.
func (p *Page) Screenshot(file string) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		p.t.Fatalf("%s: screenshot: %v", p.URL, err)
	}
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b)
}

// built is the folder of the finished page, brought up to date.
func built(t testing.TB) string {
	t.Helper()
	dist, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return dist
}

var build = sync.OnceValues(func() (string, error) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "run", "./build", "pack")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the page: %w\n%s", err, out)
	}
	return filepath.Join(root, "dist"), nil
})

// running is the browser that all tests share.
func running(t testing.TB) context.Context {
	t.Helper()
	b := start()
	if errors.Is(b.err, browser.ErrNone) && os.Getenv("CI") == "" {
		t.Skip(b.err)
	}
	if b.err != nil {
		t.Fatal(b.err)
	}
	return b.ctx
}

type started struct {
	ctx  context.Context
	stop func()
	err  error
}

var start = sync.OnceValue(func() (b started) {
	b.ctx, b.stop, b.err = browser.Start()
	stop = b.stop
	return b
})

var stop func()

// Main runs the tests of a package and then stops the browser they shared.
func Main(m *testing.M) int {
	code := m.Run()
	if stop != nil {
		stop()
	}
	return code
}
