// Package browser finds, starts and drives Chrome or Chromium, without a
// window and with a fresh profile, through the DevTools protocol.
//
// A [Page] notes everything that must not happen on a page of ours: a warning
// or an error on the console (a violated Content-Security-Policy is one), an
// uncaught exception, and a request to anywhere but the page's own origin.
package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Start starts a browser, which runs until stop is called. Pages are opened
// under the returned context.
func Start() (ctx context.Context, stop func(), err error) {
	path, err := Find()
	if err != nil {
		return nil, nil, err
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.DisableGPU,
		// A test talks to nobody but the page.
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-extensions", true),
		// And no page is slowed down for being one of many.
		chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("force-color-profile", "srgb"),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has no other way
	}
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		free()
		return nil, nil, fmt.Errorf("build: starting %s: %w", path, err)
	}
	return ctx, func() { cancel(); free() }, nil
}

// Page is a tab of its own, with cookies and storage of its own.
type Page struct {
	// Ctx is the tab's, for use with chromedp. It ends with Close.
	Ctx   context.Context
	Close func()

	mu       sync.Mutex
	origin   string
	requests []string
	problems []string
}

// Open opens an empty tab in a browser. The scripts run in every page that it
// shows, before the page's own.
func Open(ctx context.Context, scripts ...string) (*Page, error) {
	return open(ctx, scripts, chromedp.WithNewBrowserContext())
}

// OpenShared is Open for a tab that shares cookies, storage and caches with
// the others of its kind in the same browser.
func OpenShared(ctx context.Context, scripts ...string) (*Page, error) {
	return open(ctx, scripts)
}

func open(ctx context.Context, scripts []string, options ...chromedp.ContextOption) (*Page, error) {
	p := &Page{}
	p.Ctx, p.Close = chromedp.NewContext(ctx, append(options, chromedp.WithListener(p.note))...)
	err := chromedp.Do(p.Ctx)
	for _, s := range scripts {
		if err == nil {
			_, err = chromedp.Call(p.Ctx, page.AddScriptToEvaluateOnNewDocument,
				page.AddScriptToEvaluateOnNewDocumentParams{Source: s})
		}
	}
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("build: opening a tab: %w", err)
	}
	return p, nil
}

// Goto shows the page at an address and returns when it has loaded, which is
// before its program runs.
func (p *Page) Goto(address string) error {
	p.mu.Lock()
	p.origin = origin(address)
	p.mu.Unlock()
	if err := chromedp.Do(p.Ctx, chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("build: opening %s: %w", address, err)
	}
	return nil
}

// Problems is what must not happen and did, so far.
func (p *Page) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.problems)
}

// Requests is the addresses that the page asked for, so far.
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

func (p *Page) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	problem := func(format string, args ...any) {
		p.problems = append(p.problems, fmt.Sprintf(format, args...))
	}
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		switch e.Type {
		case "error", "warning", "assert":
			problem("console %s: %s", e.Type, describe(e.Args))
		}
	case *runtime.EventExceptionThrown:
		what := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			what = describe([]*runtime.RemoteObject{e.ExceptionDetails.Exception})
		}
		problem("uncaught: %s", what)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			problem("%s %s: %s (%s)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		from := origin(e.Request.URL)
		if from == "data:" || from == "blob:" {
			break // what the page already has
		}
		p.requests = append(p.requests, e.Request.URL)
		if from != p.origin {
			problem("request to %s, which is not of %s", e.Request.URL, p.origin)
		}
	}
}

// origin is that of an address; for those without a host, its scheme.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if u.Host == "" {
		return u.Scheme + ":"
	}
	return u.Scheme + "://" + u.Host
}

func describe(args []*runtime.RemoteObject) string {
	var parts []string
	for _, a := range args {
		if a.Description != "" {
			parts = append(parts, a.Description)
		} else {
			parts = append(parts, strings.Trim(string(a.Value), `"`))
		}
	}
	return strings.Join(parts, " ")
}
