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
	for _, name := range []string{"dragover", "dragleave", "drop", "paste"} {
		root.AddEventListener(name, false, func(e dom.Event) { p.take(name, e.Underlying()) })
	}
}

func (p *Page) take(what string, e js.Value) {
	data := e.Get("clipboardData")
	if what == "paste" {
		if e.Get("target").Get("id").String() != "paste-text" {
			return
		}
	} else {
		data = e.Get("dataTransfer")
		page := js.Global().Get("document").Get("body").Get("dataset")
		if page.Get("view").String() != view.ViewCertificates || !data.Get("types").Call("includes", "Files").Bool() {
			return
		}
		page.Set("dropping", what == "dragover")
	}
	files := data.Get("files")
	switch {
	case what == "dragleave":
		return
	case what == "dragover":
	case files.Length() > 0:
		p.readFiles(files)
	case what == "paste":
		text := data.Call("getData", "text/plain").String()
		if len(text) <= longPaste {
			return
		}
		p.paste("pasted text", text, false)
	}
	e.Call("preventDefault")
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

// Forget empties the field for pasting, which can hold a private key.
func (p *Page) Forget() {
	js.Global().Get("document").Call("getElementById", "paste-text").Set("value", "")
}

// readFiles reads files, in whatever order they come.
func (p *Page) readFiles(files js.Value) {
	doc := js.Global().Get("document")
	p.Forget()
	p.paste("", "", false) // nothing is left of what there was
	for i := range files.Length() {
		file := files.Index(i)
		var done js.Func
		done = js.FuncOf(func(_ js.Value, args []js.Value) any {
			defer done.Release()
			var data []byte
			if args[0].InstanceOf(js.Global().Get("ArrayBuffer")) { // else it is an error: a folder, or gone
				bytes := js.Global().Get("Uint8Array").New(args[0])
				data = make([]byte, bytes.Length())
				js.CopyBytesToGo(data, bytes)
			}
			p.paste(file.Get("name").String(), string(data), true)
			return nil
		})
		file.Call("slice", 0, maxFile).Call("arrayBuffer").Call("then", done, done)
	}
	doc.Call("getElementById", "paste-file").Set("value", "")
}
