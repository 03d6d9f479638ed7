package main

// prerender is the HTML that index.html starts with: a placeholder
// <!--prerender:NAME--> becomes the value under NAME, so that the page is
// readable before its wasm has loaded. Register views here.
func prerender() map[string]string {
	return map[string]string{}
}
