//go:build js && wasm

package dom

import (
	"syscall/js"

	dom "honnef.co/go/js/dom/v2"

	"tlsplay/wasm/app"
	"tlsplay/wasm/view"
)

// A text area is slow with megabytes, so what is longer is read as a file would
// be. The most that is read of one is a little more than x509view takes, which
// says so.
const (
	longPaste = 256 << 10
	maxFile   = 32<<20 + 1
)

// takeFiles hears of what is pasted into the view of the certificates, or dropped
// on it.
func (p *Page) takeFiles(root dom.Window) {
	over := func(on string) {
		js.Global().Get("document").Get("body").Get("dataset").Set("dropping", on)
	}
	here := func(e dom.Event) bool {
		body := js.Global().Get("document").Get("body")
		if body.Get("dataset").Get("view").String() != view.ViewCertificates {
			return false
		}
		return e.Underlying().Get("dataTransfer").Get("types").Call("includes", "Files").Bool()
	}
	root.AddEventListener("dragover", false, func(e dom.Event) {
		if here(e) {
			e.Underlying().Call("preventDefault")
			over("true")
		}
	})
	root.AddEventListener("dragleave", false, func(e dom.Event) {
		if e.Underlying().Get("relatedTarget").IsNull() { // it has left the window
			over("false")
		}
	})
	root.AddEventListener("drop", false, func(e dom.Event) {
		if here(e) {
			e.Underlying().Call("preventDefault")
			p.readFiles(e.Underlying().Get("dataTransfer").Get("files"))
		}
		over("false")
	})
	root.AddEventListener("paste", false, func(e dom.Event) {
		ev := e.Underlying()
		if ev.Get("target").Get("id").String() != "paste-text" {
			return
		}
		if files := ev.Get("clipboardData").Get("files"); files.Length() > 0 {
			ev.Call("preventDefault")
			p.readFiles(files)
			return
		}
		if text := ev.Get("clipboardData").Call("getData", "text/plain").String(); len(text) > longPaste {
			ev.Call("preventDefault")
			p.paste("pasted text", text, false)
		}
	})
}

// paste sends what was pasted, or a file, to be read: beside what there is, or in
// its place.
func (p *Page) paste(name, data string, also bool) {
	act := view.ActPaste
	if also {
		act = view.ActAlso
	}
	p.send(app.Action{Name: act, Arg: name + "\n" + data})
}

// readFiles reads files one after another.
func (p *Page) readFiles(files js.Value) {
	list := make([]js.Value, files.Length()) // the browser empties its own
	for i := range list {
		list[i] = files.Index(i)
	}
	js.Global().Get("document").Call("getElementById", "paste-text").Set("value", "")
	var next func(i int)
	next = func(i int) {
		if i == len(list) {
			js.Global().Get("document").Call("getElementById", "paste-file").Set("value", "")
			return
		}
		var done, failed js.Func
		end := func() {
			done.Release()
			failed.Release()
			next(i + 1)
		}
		name := list[i].Get("name").String()
		done = js.FuncOf(func(_ js.Value, args []js.Value) any {
			bytes := js.Global().Get("Uint8Array").New(args[0])
			data := make([]byte, bytes.Length())
			js.CopyBytesToGo(data, bytes)
			p.paste(name, string(data), i > 0)
			end()
			return nil
		})
		failed = js.FuncOf(func(_ js.Value, args []js.Value) any {
			p.paste(name, "", i > 0) // "there is nothing": a folder, or gone
			end()
			return nil
		})
		list[i].Call("slice", 0, maxFile).Call("arrayBuffer").Call("then", done, failed)
	}
	next(0)
}
