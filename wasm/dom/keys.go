//go:build js && wasm

package dom

import (
	"syscall/js"

	dom "honnef.co/go/js/dom/v2"

	"tlsplay/wasm/app"
	"tlsplay/wasm/view"
)

// key hands on the keys of the tree and the bytes, and those that work anywhere.
func (p *Page) key(e dom.Event) {
	ev := e.Underlying()
	if ev.Get("ctrlKey").Bool() || ev.Get("metaKey").Bool() || ev.Get("altKey").Bool() {
		return
	}
	key := ev.Get("key").String()
	target := ev.Get("target")
	in := func(selector string) bool { return target.Call("closest", selector).Truthy() }
	do := func(name, arg string) {
		ev.Call("preventDefault")
		p.send(app.Action{Name: name, Arg: arg})
	}
	moves := key == "ArrowUp" || key == "ArrowDown" || key == "ArrowLeft" || key == "ArrowRight" || key == "Home" || key == "End"
	switch {
	case key == "Escape":
		p.escape()
	case in(".tree"):
		switch {
		case moves:
			do(view.ActKey, key)
		case key == "Enter" || key == " ":
			if path := target.Call("getAttribute", "data-n"); path.Truthy() {
				do(view.ActToggle, path.String())
			}
		}
	case in(".hex"):
		if moves {
			do(view.ActKey, "hex "+key)
		}
	case in("input, select, textarea, pre, summary"):
	case key == "ArrowRight":
		do(view.ActStep, "")
	case key == "ArrowLeft":
		do(view.ActBack, "")
	case (key == "ArrowDown" || key == "ArrowUp") && in("#events"):
		if neighbour(target, key == "ArrowDown") {
			ev.Call("preventDefault")
		}
	case Remembered("shortcuts") == "off":
	case key == "/":
		ev.Call("preventDefault")
		js.Global().Get("document").Call("getElementById", "search").Call("focus")
	case key == "p":
		do(view.ActPlay, "")
	case key == "r":
		do(view.ActRun, "")
	case key == "d":
		mode := "detailed"
		if Remembered("detail") == mode {
			mode = "plain"
		}
		do(view.ActDetail, mode)
	case len(key) == 1 && key >= "1" && key <= "5":
		do(view.ActGo, view.Place{View: view.ViewHandshake, Step: int(key[0] - '0')}.String())
	}
}

// escape puts away what lies over the page: the search, then the chosen record.
func (p *Page) escape() {
	if search := js.Global().Get("document").Call("getElementById", "search"); search.Get("value").String() != "" {
		search.Set("value", "")
		p.send(app.Action{Name: view.ActSearch})
		return
	}
	p.send(app.Action{Name: view.ActClose})
}

// neighbour moves the focus to the record above or below.
func neighbour(from js.Value, down bool) bool {
	records := js.Global().Get("document").Call("querySelectorAll", "#events button")
	here := from.Call("closest", "button")
	for i := range records.Length() {
		if !records.Index(i).Equal(here) {
			continue
		}
		if down {
			i++
		} else {
			i--
		}
		if i >= 0 && i < records.Length() {
			records.Index(i).Call("focus")
			return true
		}
	}
	return false
}
