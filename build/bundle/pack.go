package bundle

import (
	"encoding/base64"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	// What stands behind the address, id and media, stays with the style.
	styleTag  = regexp.MustCompile(`<link\b[^>]*\brel="stylesheet"[^>]*\bhref="([^"]+)"([^>]*)>`)
	scriptTag = regexp.MustCompile(`<script\b([^>]*?)\s+src="([^"]+)"([^>]*)></script>\n?`)
	// Texts that the program fetches where it is served.
	dataTag = regexp.MustCompile(`<link\b[^>]*\bid="([\w-]+)"[^>]*\brel="preload"[^>]*\btype="text/plain"[^>]*\bhref="([^"]+)"[^>]*>\n?`)
	// Preloads and manifests are of no use to a file.
	uselessTag = regexp.MustCompile(`<link\b[^>]*\brel="(?:preload|modulepreload|manifest)"[^>]*>\n?`)
)

// Pack writes the page as one file that needs nothing else, and opens from
// disk.
//
// Styles and scripts become inline, allowed by their hashes; images become
// data URLs. Each part of the wasm travels as base64 of gzip in a script element of a
// type that no browser runs, which loader.js finds by its id and inflates. Deferred
// and asynchronous scripts move to the end of the body, behind the first.
func (b *Bundle) Pack(out string) error {
	html := string(b.files[page])

	var styles, scripts []string
	var failed error
	var tail strings.Builder
	inline := func(name string) string {
		content, ok := b.files[name]
		if !ok && failed == nil {
			failed = fmt.Errorf("build: %s refers to %s, which is not there", page, name)
		}
		data, err := b.dataURLs(name, content)
		if err == nil && strings.Contains(strings.ToLower(data), "</script") {
			err = fmt.Errorf("build: %s contains </script, and so can't be inline", name)
		}
		if err != nil && failed == nil {
			failed = err
		}
		return data
	}
	html = dataTag.ReplaceAllStringFunc(html, func(tag string) string {
		m := dataTag.FindStringSubmatch(tag)
		tail.WriteString(`<script type="text/plain" id="` + m[1] + `">` + inline(m[2]) + "</script>\n")
		return ""
	})
	html = uselessTag.ReplaceAllString(html, "")
	html = styleTag.ReplaceAllStringFunc(html, func(tag string) string {
		m := styleTag.FindStringSubmatch(tag)
		css := inline(m[1])
		styles = append(styles, css)
		return "<style" + m[2] + ">" + css + "</style>"
	})

	code := func(id, name string) {
		if b.files[name] == nil {
			return
		}
		tail.WriteString(`<script type="application/octet-stream;base64" id="` + id + `">`)
		tail.WriteString(base64.StdEncoding.EncodeToString(Gzip(b.files[name])))
		tail.WriteString("</script>\n")
	}
	code("tlsplay-wasm", wasm)
	html = scriptTag.ReplaceAllStringFunc(html, func(tag string) string {
		m := scriptTag.FindStringSubmatch(tag)
		js := inline(m[2])
		scripts = append(scripts, js)
		attrs, deferred := strings.CutPrefix(m[1]+m[3], " defer")
		if !deferred {
			attrs, deferred = strings.CutPrefix(attrs, " async")
		}
		tag = "<script" + attrs + ">" + js + "</script>\n"
		if !deferred {
			return tag
		}
		tail.WriteString(tag)
		return ""
	})
	code("tlsplay-rest", rest) // which nobody waits for at first
	at := strings.LastIndex(html, "</body>")
	if at < 0 {
		return fmt.Errorf("build: %s has no </body>", page)
	}
	head, err := b.dataURLs(page, []byte(html[:at]))
	if err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	head = strings.Replace(head, cspMark, cspMeta(packedPolicy(scripts, styles)), 1)
	packed := []byte(head + tail.String() + html[at:])
	b.say("packing %s (%s)", filepath.Base(out), size(len(packed)))
	return writeFile(out, packed)
}

// dataURLs replaces the references to images and fonts in a text by their
// content.
func (b *Bundle) dataURLs(name string, content []byte) (string, error) {
	if !text(name) {
		return string(content), nil
	}
	var failed error
	html := reference.ReplaceAllStringFunc(string(content), func(match string) string {
		m := reference.FindStringSubmatch(match)
		ref, ok := b.resolve(name, m[2])
		if !ok {
			return match
		}
		switch ext := path.Ext(ref); ext {
		case ".svg", ".png", ".ico", ".woff2":
			if m[3] == "?" || m[3] == "#" {
				failed = fmt.Errorf("build: %s: a reference to a part of %s can't be packed", name, ref)
			}
			return m[1] + "data:" + types[ext] + ";base64," + base64.StdEncoding.EncodeToString(b.files[ref]) + m[3]
		}
		return match
	})
	return html, failed
}
