package view

import "tlsplay/wasm/html"

// icons are drawn on a grid of 16 by 16, in the colour of the text around them.
var icons = map[string][]html.Node{
	"lock": {
		path("shackle", "M5 7.5V5a3 3 0 0 1 6 0v2.5"),
		path("body", "M3.5 7.5h9V14h-9z"),
	},
	"open": {
		path("shackle", "M5 7.5V4.5a3 3 0 0 1 5.8-1"),
		path("body", "M3.5 7.5h9V14h-9z"),
	},
	"eye": {
		path("line", "M1.2 8C3 4.9 5.3 3.5 8 3.5S13 4.9 14.8 8C13 11.1 10.7 12.5 8 12.5S3 11.1 1.2 8z"),
		path("body", "M8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"),
	},
	"person": {
		path("line", "M2.5 14c.4-3 2.5-4.5 5.5-4.5s5.1 1.5 5.5 4.5z"),
		path("line", "M8 2a2.7 2.7 0 1 1 0 5.4A2.7 2.7 0 0 1 8 2z"),
	},
	"server": {
		path("line", "M2.5 2.5h11v4h-11zM2.5 9.5h11v4h-11z"),
		path("body", "M4.5 4h1.2v1H4.5zM4.5 11h1.2v1H4.5z"),
	},
	"check": {path("line", "M3 8.5l3.5 3.5L13 4.5")},
	"cross": {path("line", "M4 4l8 8M12 4l-8 8")},
	"warning": {
		path("line", "M8 2L14.8 13.8H1.2z"),
		path("line", "M8 6.5v3.2M8 11.6v.2"),
	},
	"note": {
		path("line", "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8z"),
		path("line", "M8 7.4v3.6M8 4.9v.2"),
	},
	"key": {
		path("line", "M5 6.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6z"),
		path("line", "M7.2 7.4L13 2M10.5 4.5L12.5 6.5"),
	},
}

func path(class, d string) html.Node {
	return box("path", class, html.Attr("d", d))
}

// icon is a picture that says nothing that words beside it don't say.
func icon(name string) html.Node {
	return html.El("svg", html.Class("icon", "icon-"+name), html.Attr("viewbox", "0 0 16 16"), html.Attr("aria-hidden", "true"), html.Group(icons[name]...))
}
