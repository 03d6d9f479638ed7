//go:build js && wasm

package dom

import (
	"syscall/js"

	"tlsplay/wasm/html"
)

// element is one of the document's, as html.Patch changes it.
type element struct{ v js.Value }

func (e element) Child(i int) html.Element { return element{e.v.Get("children").Index(i)} }

func (e element) SetAttribute(name, value string) {
	e.v.Call("setAttribute", name, value)
	e.position(name, value, true)
}

func (e element) RemoveAttribute(name string) {
	e.v.Call("removeAttribute", name)
	e.position(name, "", false)
}

// position has a control follow its attributes, which after the visitor's first
// touch it does no more by itself.
func (e element) position(attribute, value string, on bool) {
	switch attribute {
	case "value":
		e.v.Set("value", value)
	case "checked", "selected":
		e.v.Set(attribute, on)
	}
}

func (e element) Fill(n html.Node) {
	e.v.Set("innerHTML", n.String())
	if e.v.Get("tagName").String() == "TEXTAREA" {
		e.v.Set("value", e.v.Get("defaultValue"))
	}
}

func (e element) Insert(i int, n html.Node) {
	if next := e.v.Get("children").Index(i); next.Truthy() {
		next.Call("insertAdjacentHTML", "beforebegin", n.String())
	} else {
		e.v.Call("insertAdjacentHTML", "beforeend", n.String())
	}
}

func (e element) Remove(i int) { e.v.Get("children").Index(i).Call("remove") }

// kept is an element with an id and what the browser, not our state, knows of it: how
// far a box is scrolled, or that details are open.
type kept struct {
	el    js.Value
	name  string // of the property
	value any
}

// remember is to be called ahead of all changes, or the browser lays out what it has
// by then only to answer.
func remember() (all []kept) {
	doc := js.Global().Get("document")
	each(doc, "details[open][id]", func(d js.Value) { all = append(all, kept{d, "open", true}) })
	each(doc, ".tree, .hex, [data-scroll]", func(b js.Value) {
		if top := b.Get("scrollTop").Float(); top > 0 {
			all = append(all, kept{b, "scrollTop", top})
		}
	})
	return all
}

// restore does it to the element that came in the place of one that is gone.
func restore(all []kept) {
	for _, k := range all {
		if k.el.Get("isConnected").Bool() {
			continue
		}
		id := k.el.Get("id").String()
		if el := js.Global().Get("document").Call("getElementById", id); el.Truthy() {
			el.Set(k.name, k.value)
		}
	}
}
