//go:build js

// Command wasm is the page's program. (A placeholder.)
package main

import "syscall/js"

func main() {
	host := js.Global().Get("tlsplayHost")
	js.Global().Delete("tlsplayHost")
	js.Global().Get("tlsplay").Set("version", "0")
	js.Global().Get("document").Call("getElementById", "app").Set("textContent", "It runs.")
	host.Call("resolveReady")
	select {}
}
