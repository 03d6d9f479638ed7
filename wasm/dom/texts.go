//go:build js && wasm

package dom

import (
	"errors"
	"syscall/js"
)

// File is what came of asking for a file.
type File struct {
	Data []byte
	Err  error
}

// Load brings a file of texts by the id of the element that names it: from the
// page itself where it is a single file, else by a request that the page has begun
// beforehand.
func Load(id string) <-chan File {
	done := make(chan File, 1)
	el := js.Global().Get("document").Call("getElementById", id)
	if !el.Truthy() {
		done <- File{Err: errors.New("tlsplay: the page names no " + id + ": build it anew")}
		return done
	}
	if el.Get("tagName").String() == "SCRIPT" {
		done <- File{Data: []byte(el.Get("textContent").String())}
		return done
	}
	var release []js.Func
	callback := func(f func(js.Value)) js.Func {
		c := js.FuncOf(func(_ js.Value, args []js.Value) any { f(args[0]); return nil })
		release = append(release, c)
		return c
	}
	end := func(f File) {
		done <- f
		for _, c := range release {
			c.Release()
		}
	}
	failed := callback(func(err js.Value) {
		end(File{Err: errors.New("tlsplay: texts could not be loaded (" + err.Get("message").String() + "): reload the page")})
	})
	text := callback(func(t js.Value) { end(File{Data: []byte(t.String())}) })
	answer := callback(func(r js.Value) {
		if !r.Get("ok").Bool() {
			end(File{Err: errors.New("tlsplay: texts could not be loaded (" + r.Get("statusText").String() + "): reload the page")})
			return
		}
		r.Call("text").Call("then", text, failed)
	})
	js.Global().Call("fetch", el.Get("href")).Call("then", answer, failed)
	return done
}
