package view

import (
	"strings"

	"tlsplay/wasm/html"
)

// What the views are built of. Each is one call where it is used: built of El, Class
// and Text in place, their code is larger, by a twentieth.

// words is an element with text.
func words(tag, class, text string) html.Node {
	return box(tag, class, html.Text(text))
}

// box is an element with a class.
func box(tag, class string, kids ...html.Node) html.Node {
	return html.Box(tag, class, kids...)
}

// press is a button, on where it stands for what is shown.
func press(id, action, arg string, kids ...html.Node) html.Node {
	return html.El("button", html.Attr("type", "button"), html.If(id != "", html.Attr("id", id)), act(action, arg), html.Group(kids...))
}

func pressed(on bool) html.Node {
	if on {
		return html.Attr("aria-pressed", "true")
	}
	return html.Attr("aria-pressed", "false")
}

// pair is a name with what it stands for, in a dl.
func pair(name, value string) html.Node {
	return html.El("div", words("dt", "", name), words("dd", "", value))
}

// wordOf is the word for a key in a table of lines "key:word", or empty.
func wordOf(table, key string) string {
	_, rest, ok := strings.Cut(table, "\n"+key+":")
	if !ok || key == "" {
		return ""
	}
	word, _, _ := strings.Cut(rest, "\n")
	return word
}
