//go:build js && wasm

package dom

import (
	"strconv"
	"strings"
	"sync"
	"syscall/js"
	"time"

	"tlsplay/wasm/view"
)

// Address is the fragment of the page's URL, or empty.
func Address() string { return js.Global().Get("location").Get("hash").String() }

// Frame brings what is around the regions up to date: the view that is to be
// seen, the title and the address.
func (p *Page) Frame(s view.State) {
	body := js.Global().Get("document").Get("body")
	data := body.Get("dataset")
	if was := data.Get("view"); was.String() != s.View {
		data.Set("view", s.View)
		js.Global().Call("scrollTo", 0, 0)
	}
	data.Set("detail", map[bool]string{false: "plain", true: "detailed"}[s.Detailed])
	data.Set("asked", strconv.FormatBool(s.Opened()))
	js.Global().Get("document").Set("title", view.Title(s))
	if search := js.Global().Get("document").Call("getElementById", "search"); s.Query == "" && !search.Equal(active()) {
		search.Set("value", "")
	}
	p.address(s.Address())
}

// watchBar tells the styles how high the bar is that stays in view, since what
// stands beside the run begins below it. All styles are made anew for it.
func watchBar() {
	bar := js.Global().Get("document").Call("getElementById", "bar")
	root := js.Global().Get("document").Get("documentElement")
	js.Global().Get("ResizeObserver").New(js.FuncOf(func(js.Value, []js.Value) any {
		root.Get("style").Call("setProperty", "--bar", strconv.Itoa(bar.Get("offsetHeight").Int())+"px")
		return nil
	})).Call("observe", bar)
}

// Opening plays the scene with which the page opens, and ends it in time. Where the
// recorded run is shown, the live run takes over from it in the middle of the scene;
// else there is nothing to wait for before it begins.
func (p *Page) Opening() {
	const lead, scene = 250 * time.Millisecond, 5 * time.Second
	since := lead
	if stored := js.Global().Get("performance").Call("getEntriesByName", "tlsplay:stored"); stored.Length() > 0 {
		passed := js.Global().Get("performance").Call("now").Float() - stored.Index(0).Get("startTime").Float()
		since = time.Duration(passed * float64(time.Millisecond))
	}
	lanes := js.Global().Get("document").Call("getElementById", "lanes")
	lanes.Get("style").Call("setProperty", "--since", strconv.Itoa(int(since.Milliseconds()))+"ms")
	time.AfterFunc(scene, func() {
		js.Global().Get("document").Get("body").Call("removeAttribute", "data-opening")
	})
}

// Painted is closed when what is on the page now has been painted, or soon where it
// isn't shown and so has no frames.
func Painted() <-chan struct{} {
	painted := make(chan struct{})
	once := sync.OnceFunc(func() { close(painted) })
	// A task, and so behind the frame. (A timer of Go's that is due would be served
	// before the callback returns, and so ahead of it.)
	var frame, task js.Func
	task = js.FuncOf(func(js.Value, []js.Value) any {
		task.Release()
		once()
		return nil
	})
	frames := 0 // at the second, what the first has drawn is on the screen: until then, nothing should get in its way
	frame = js.FuncOf(func(js.Value, []js.Value) any {
		if frames++; frames == 1 {
			js.Global().Call("requestAnimationFrame", frame)
			return nil
		}
		frame.Release()
		js.Global().Call("setTimeout", task, 0)
		return nil
	})
	js.Global().Call("requestAnimationFrame", frame)
	time.AfterFunc(250*time.Millisecond, once)
	return painted
}

// Busy shows that something is under way, and returns once that has been painted.
// It must not be called by a handler.
func (p *Page) Busy() {
	body := js.Global().Get("document").Get("body")
	body.Call("setAttribute", "data-busy", "")
	<-Painted()
	body.Call("removeAttribute", "data-busy")
}

// Follow keeps the record that was delivered last in view while playing.
func (p *Page) Follow(s view.State) {
	doc := js.Global().Get("document")
	el := doc.Call("getElementById", "event-next")
	if !el.Truthy() {
		el = doc.Call("getElementById", "event-"+strconv.Itoa(s.At-1))
	}
	if el.Truthy() {
		el.Call("scrollIntoView", map[string]any{"block": "nearest"})
	}
}

// address makes the URL that of the state. Another record, secret or view is
// something to come back to; another field of the same record replaces it, and so
// does what an address of another form leads to, or Back would lead forth again.
func (p *Page) address(to string) {
	now, came := Address(), p.came
	p.came = ""
	if now == "#/" || now == "#" {
		now = ""
	}
	if now == to {
		return
	}
	how := "replaceState"
	if to != "" && withoutField(to) != withoutField(now) && (now == "" || now != came) {
		how = "pushState"
	}
	js.Global().Get("history").Call(how, nil, "", Here()+to)
}

// Here is the page's URL without its fragment.
func Here() string {
	url, _, _ := strings.Cut(js.Global().Get("location").Get("href").String(), "#")
	return url
}

func withoutField(address string) string {
	before, _, _ := strings.Cut(address, "&field=")
	return before
}

// Run brings the run into view, past what stands above it.
func (p *Page) Run() {
	js.Global().Get("document").Call("getElementById", "bar").Call("scrollIntoView", map[string]any{"block": "start"})
}

// Arrive brings into view what an address names, once it is shown.
func (p *Page) Arrive(to view.Place) {
	doc := js.Global().Get("document")
	if search := doc.Call("getElementById", "search"); search.Equal(active()) {
		search.Call("blur")
		search.Set("value", "")
	}
	id := ""
	switch {
	case to.Step > 0:
		id = "step-" + strconv.Itoa(to.Step)
	case to.Record > 0:
		id = "event-" + strconv.Itoa(to.Record-1)
	case to.Secret != "":
		id = "derivation-" + to.Secret
	case to.Make != "":
		id = "workshop"
	}
	if el := doc.Call("getElementById", id); id != "" && el.Truthy() {
		block := "nearest"
		if to.Step > 0 || to.Make != "" {
			block = "start"
		}
		el.Call("scrollIntoView", map[string]any{"block": block})
	}
	if to.Field != "" {
		p.Reveal(to.Field)
	}
}

// Copy puts text on the clipboard and says so on the button with that id.
func (p *Page) Copy(button, text string) {
	if el := js.Global().Get("document").Call("getElementById", button); el.Truthy() {
		p.copy(el, text)
	}
}

// copy uses the old way, which works from file: as well.
func (p *Page) copy(button js.Value, text string) {
	doc := js.Global().Get("document")
	area := doc.Call("createElement", "textarea")
	area.Set("value", text)
	area.Set("className", "clipboard")
	doc.Get("body").Call("append", area)
	area.Call("select")
	said := "Copied"
	if !doc.Call("execCommand", "copy").Bool() {
		said = "Not allowed"
	}
	area.Call("remove")
	button.Call("focus", map[string]any{"preventScroll": true})
	was := button.Get("textContent").String()
	if was == said {
		return
	}
	button.Set("textContent", said)
	time.AfterFunc(1500*time.Millisecond, func() { button.Set("textContent", was) })
}

// Remembered is what Remember kept in this browser, or empty.
func Remembered(name string) (value string) {
	defer func() { _ = recover() }() // storage can be forbidden
	if v := js.Global().Get("localStorage").Call("getItem", "tlsplay."+name); v.Type() == js.TypeString {
		return v.String()
	}
	return ""
}

// Remember keeps a preference of the visitor in this browser, where it can.
func Remember(name, value string) {
	defer func() { _ = recover() }()
	js.Global().Get("localStorage").Call("setItem", "tlsplay."+name, value)
}
