//go:build js && wasm

// Package dom is the only one that touches the browser: it puts markup into the
// page, hears what the visitor does, and offers the programming interface.
package dom

import (
	"strconv"
	"strings"
	"syscall/js"

	dom "honnef.co/go/js/dom/v2"

	"tlsplay/wasm/app"
	"tlsplay/wasm/html"
	"tlsplay/wasm/view"
)

// Page is the document with its regions.
type Page struct {
	shown   map[string]html.Node // in each region
	changed js.Value             // the control that the visitor has changed last, or undefined
	came    string               // the address that the browser went to by itself, until the URL is that of the state
	actions chan<- app.Action
	awaited chan chan struct{} // the runs that scripts wait to be shown
}

// Open takes the page over. What the visitor does is sent to actions; handlers
// never wait, so a full channel loses the action.
func Open(actions chan<- app.Action) *Page {
	p := &Page{shown: map[string]html.Node{}, came: Address(), actions: actions, awaited: make(chan chan struct{}, 16)}
	dom.GetWindow().AddEventListener("hashchange", false, func(dom.Event) {
		p.came = Address()
		p.send(app.Action{Name: view.ActGo, Arg: p.came})
	})
	return p
}

// Listen has the page heed what the visitor does. It must not be called before all of
// the program is there: what then has to be waited for, a browser does in its own way.
func (p *Page) Listen() {
	root := dom.GetWindow() // elements wrapped by package dom would cost 50 KB
	root.AddEventListener("click", false, p.click)
	root.AddEventListener("change", false, p.change)
	root.AddEventListener("input", false, p.input)
	root.AddEventListener("keydown", false, p.key)
	root.AddEventListener("mouseover", false, p.hover)
	root.AddEventListener("mouseout", false, func(dom.Event) { p.light("") })
	root.AddEventListener("scroll", true, p.scroll)
	p.takeFiles(root)
	watchBar()
}

// Show brings the regions up to date, and keeps the focus where it was: on the same
// element, at the same height of the window, whatever became longer or shorter above
// it. An element that may be gone then names in data-then the one that has the focus
// next.
func (p *Page) Show(regions []view.Region) {
	focus, then, height := "", "", 0.0
	if el := active(); !el.IsNull() && el.Get("id").String() != "" {
		focus = el.Get("id").String()
		height = top(el)
		if next := el.Call("getAttribute", "data-then"); next.Truthy() {
			then = next.String()
		}
	}
	was := remember()
	for _, r := range regions {
		el := element{js.Global().Get("document").Call("getElementById", r.ID)}
		if was, ok := p.shown[r.ID]; ok {
			html.Patch(el, was, r.Content)
		} else {
			el.Fill(r.Content)
		}
		p.shown[r.ID] = r.Content
	}
	restore(was)
	p.settle()
	if focus == "" {
		return
	}
	doc := js.Global().Get("document")
	if !doc.Call("getElementById", focus).Truthy() {
		focus, height = then, -1
	}
	if el := active(); el.IsNull() || el.Get("id").String() != focus {
		if again := doc.Call("getElementById", focus); again.Truthy() {
			again.Call("focus", map[string]any{"preventScroll": true})
		}
	}
	p.hold(focus, height)
}

// hold scrolls the page so that an element that was in view at that height is
// there again.
func (p *Page) hold(id string, height float64) {
	el := js.Global().Get("document").Call("getElementById", id)
	if !el.Truthy() || el.Get("offsetParent").IsNull() || height < 0 || height > js.Global().Get("innerHeight").Float() {
		return
	}
	if by := top(el) - height; by > 1 || by < -1 {
		js.Global().Call("scrollBy", map[string]any{"top": by, "behavior": "instant"})
	}
}

// top is the height of an element in the window, in pixels.
func top(el js.Value) float64 { return el.Call("getBoundingClientRect").Get("top").Float() }

// settle has the control that was changed stand as the state says it does, which
// need not be what the visitor made of it.
func (p *Page) settle() {
	el := p.changed
	p.changed = js.Undefined()
	switch {
	case el.IsUndefined():
	case el.Get("tagName").String() == "SELECT":
		all := el.Get("options")
		for i := range all.Length() {
			all.Index(i).Set("selected", all.Index(i).Get("defaultSelected"))
		}
	case el.Get("type").String() == "checkbox":
		el.Set("checked", el.Get("defaultChecked"))
	default:
		el.Set("value", el.Get("defaultValue"))
	}
}

// Focus moves the focus to the element with that id and brings it into view.
func (p *Page) Focus(id string) {
	if el := js.Global().Get("document").Call("getElementById", id); el.Truthy() {
		el.Call("focus", map[string]any{"preventScroll": true})
		p.reveal(el)
	}
}

// Reveal brings the chosen field into view, in the tree and in the bytes.
func (p *Page) Reveal(path string) {
	doc := js.Global().Get("document")
	if el := doc.Call("getElementById", "t-"+path); el.Truthy() {
		p.reveal(el)
	}
	if el := doc.Call("querySelector", ".of-"+doc.Get("body").Get("dataset").Get("view").String()+" .hex .chosen"); el.Truthy() {
		p.reveal(el)
	}
}

// reveal scrolls only the element's own scrolling box, not the page.
func (p *Page) reveal(el js.Value) {
	box := el.Call("closest", "[data-scroll], .tree, .hex")
	if !box.Truthy() {
		return
	}
	b, e := box.Call("getBoundingClientRect"), el.Call("getBoundingClientRect")
	top, bottom := e.Get("top").Float()-b.Get("top").Float(), e.Get("bottom").Float()-b.Get("bottom").Float()
	const margin = 32 // pixels
	switch {
	case top < margin:
		box.Set("scrollTop", box.Get("scrollTop").Float()+top-margin)
	case bottom > -margin:
		box.Set("scrollTop", box.Get("scrollTop").Float()+bottom+margin)
	}
}

func active() js.Value { return js.Global().Get("document").Get("activeElement") }

func each(region js.Value, selector string, f func(js.Value)) {
	all := region.Call("querySelectorAll", selector)
	for i := range all.Length() {
		f(all.Index(i))
	}
}

func (p *Page) send(a app.Action) {
	js.Global().Get("document").Get("body").Call("removeAttribute", "data-opening")
	select {
	case p.actions <- a:
	default:
	}
}

// click finds the innermost element with an action and does it.
func (p *Page) click(e dom.Event) {
	target := e.Underlying().Get("target")
	if el := target.Call("closest", "[data-copy]"); el.Truthy() {
		if from := js.Global().Get("document").Call("getElementById", el.Call("getAttribute", "data-copy")); from.Truthy() {
			p.copy(el, from.Get("textContent").String())
		}
		return
	}
	el := target.Call("closest", "[data-act]")
	if !el.Truthy() {
		return
	}
	switch el.Get("tagName").String() {
	case "SELECT", "INPUT", "TEXTAREA":
		return // see change
	}
	arg := ""
	if a := el.Call("getAttribute", "data-arg"); a.Truthy() {
		arg = a.String()
	}
	p.send(app.Action{Name: el.Call("getAttribute", "data-act").String(), Arg: arg})
}

// change does the action of a control that stands in another position now, with
// its argument and the position joined.
func (p *Page) change(e dom.Event) {
	el := e.Underlying().Get("target")
	if el.Get("id").String() == "paste-file" {
		p.readFiles(el.Get("files"))
		return
	}
	name := el.Call("getAttribute", "data-act")
	if !name.Truthy() {
		return
	}
	p.changed = el
	value := el.Get("value").String()
	switch el.Get("type").String() {
	case "checkbox":
		value = strconv.FormatBool(el.Get("checked").Bool())
	case "select-multiple":
		var chosen []string
		all := el.Get("selectedOptions")
		for i := range all.Length() {
			chosen = append(chosen, all.Index(i).Get("value").String())
		}
		value = strings.Join(chosen, "\n")
	}
	if arg := el.Call("getAttribute", "data-arg"); arg.Truthy() {
		join := "="
		if j := el.Call("getAttribute", "data-join"); j.Truthy() {
			join = j.String()
		}
		value = arg.String() + join + value
	}
	p.send(app.Action{Name: name.String(), Arg: value})
}

// input searches while the visitor types.
func (p *Page) input(e dom.Event) {
	el := e.Underlying().Get("target")
	switch el.Get("id").String() {
	case "search":
		p.send(app.Action{Name: view.ActSearch, Arg: el.Get("value").String()})
	case "paste-text":
		p.paste("", el.Get("value").String(), false)
	case "filter":
		p.send(app.Action{Name: view.ActFilter, Arg: el.Get("value").String()})
	}
}

// scroll asks for the blocks of bytes that come into view empty.
func (p *Page) scroll(e dom.Event) {
	box := e.Underlying().Get("target")
	if box.Get("id").String() != "hex" {
		return
	}
	first := box.Call("querySelector", ".block")
	if !first.Truthy() {
		return
	}
	const ahead = 300 // pixels
	height, top := first.Get("offsetHeight").Int(), box.Get("scrollTop").Int()
	for b := max(0, top-ahead) / height; b <= (top+box.Get("clientHeight").Int()+ahead)/height; b++ {
		id := view.PartBlock + strconv.Itoa(b)
		el := js.Global().Get("document").Call("getElementById", id)
		if el.Truthy() && el.Get("childElementCount").Int() == 0 {
			p.send(app.Action{Name: view.ActToggle, Arg: id})
		}
	}
}

// hover lights the field under the pointer up wherever it shows.
func (p *Page) hover(e dom.Event) {
	el := e.Underlying().Get("target").Call("closest", "[data-n]")
	if !el.Truthy() {
		return
	}
	p.light(el.Call("getAttribute", "data-n").String())
}

// light marks all elements of the node at path and below it.
func (p *Page) light(path string) {
	doc := js.Global().Get("document")
	mark := func(selector, what string) {
		all := doc.Call("querySelectorAll", selector)
		for i := range all.Length() {
			all.Index(i).Get("classList").Call(what, "lit")
		}
	}
	mark(".lit", "remove")
	if path == "" || strings.ContainsAny(path, `"\`) {
		return
	}
	mark(`.tree [data-n="`+path+`"], .hex [data-n="`+path+`"], .hex [data-n^="`+path+`-"]`, "add")
}

// Download hands a file to the browser to be kept.
func Download(name string, data []byte) {
	bytes := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(bytes, data)
	blob := js.Global().Get("Blob").New([]any{bytes}, map[string]any{"type": "application/octet-stream"})
	url := js.Global().Get("URL").Call("createObjectURL", blob)
	a := js.Global().Get("document").Call("createElement", "a")
	a.Set("href", url)
	a.Set("download", name)
	a.Call("click")
	js.Global().Get("URL").Call("revokeObjectURL", url)
}
