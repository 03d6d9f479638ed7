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
	k := remember(e.v)
	e.v.Set("innerHTML", n.String())
	k.restore(e.v)
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

// kept is what the browser and not our state knows of what an element holds: how
// far its boxes are scrolled and which of its details are open, by id.
type kept struct {
	scroll map[string]float64
	open   []string
}

func remember(inside js.Value) kept {
	k := kept{scroll: map[string]float64{}}
	each(inside, ".tree, .hex, [data-scroll]", func(b js.Value) {
		if top := b.Get("scrollTop").Float(); top > 0 {
			k.scroll[b.Get("id").String()] = top
		}
	})
	each(inside, "details[open][id]", func(d js.Value) { k.open = append(k.open, d.Get("id").String()) })
	return k
}

func (k kept) restore(inside js.Value) {
	for _, id := range k.open {
		if d := inside.Call("querySelector", "#"+id); d.Truthy() {
			d.Set("open", true)
		}
	}
	for id, top := range k.scroll {
		if b := inside.Call("querySelector", "#"+id); b.Truthy() {
			b.Set("scrollTop", top)
		}
	}
}
