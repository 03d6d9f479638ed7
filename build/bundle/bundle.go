// Package bundle turns the sources of the page into what is published: a
// static site (Write) or a single file (Pack).
//
// The sources ([Source]) are the files of one folder, the wasm compiled from
// one package, named tlsplay.wasm and, where it is in two parts, rest.wasm, and
// wasm_exec.js from the Go toolchain. Sources refer to each other by their plain
// names, in quotes or in url(). In the site every file but the stable ones carries a
// hash of its content in its name, so that browsers may keep it for ever, and the
// references are rewritten to match.
//
// A script may have wasm_exec.js as a part of itself; styles that follow each other
// directly become one.
//
// index.html has three kinds of placeholder: <!--csp--> becomes the
// Content-Security-Policy, <!--prerender:NAME--> a piece of HTML, and
// data-wasm-bytes="0" and data-rest-bytes="0" the lengths of the wasm's parts, which a
// progress bar needs since a browser tells only the length of what was compressed.
package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	page     = "index.html"
	wasm     = "tlsplay.wasm"
	rest     = "rest.wasm"
	wasmExec = "wasm_exec.js"
	// Packed is the name of the single file beside the site.
	Packed = "tls-playground.html"
	// Manifest lists the site's files: plain name to published name.
	Manifest = "assets.json"
)

// Source says what a page is made of.
type Source struct {
	Root      string            // the folder of go.mod
	Site      string            // the folder of assets, in Root
	Package   string            // the package that becomes the wasm
	LDFlags   string            // more linker flags
	First     map[string]bool   // functions that the first part of the wasm has ([Split]); where nil, it is one
	Record    bool              // whether the first part has all functions, and notes which are called ([RecordAt])
	Prerender map[string]string // HTML by placeholder
	Extra     map[string][]byte // files that are not in Site, by name
}

// Bundle is the sources of the page, and how to publish them.
type Bundle struct {
	Functions []string // of a recording wasm, in their order ([Bundle.Called])

	files map[string][]byte // by plain, slash-separated name
	final map[string]string // plain name to published name, as far as known
	out   map[string][]byte // published contents, by published name
	say   func(format string, args ...any)
}

// Load compiles the wasm and reads the assets.
func Load(src Source, say func(string, ...any)) (*Bundle, error) {
	b := &Bundle{
		files: map[string][]byte{},
		final: map[string]string{},
		out:   map[string][]byte{},
		say:   say,
	}
	say("compiling %s for js/wasm", src.Package)
	if err := b.compile(src); err != nil {
		return nil, err
	}
	var err error
	if b.files[wasmExec], err = WasmExec(); err != nil {
		return nil, err
	}
	site := os.DirFS(filepath.Join(src.Root, src.Site))
	err = fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || strings.HasPrefix(d.Name(), ".") && name != "." {
			return err
		}
		if _, ok := types[path.Ext(name)]; d.IsDir() || !ok {
			return nil
		}
		b.files[name], err = fs.ReadFile(site, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("build: reading %s: %w", src.Site, err)
	}
	for name, content := range src.Extra {
		b.files[name] = content
	}
	b.joinScripts()
	b.joinStyles()
	if b.files[page], err = fill(b.files[page], src.Prerender, len(b.files[wasm]), len(b.files[rest])); err != nil {
		return nil, err
	}
	return b, nil
}

// compile makes the wasm, in one part or two.
func (b *Bundle) compile(src Source) error {
	flags := Stripped
	if src.First != nil || src.Record {
		flags = Named
	}
	cache := filepath.Join(src.Root, ".cache", path.Base(src.Package)+".wasm")
	code, err := Compile(src.Root, cache, strings.TrimSpace(flags+" "+src.LDFlags), src.Package)
	if err != nil {
		return err
	}
	b.files[wasm] = code
	if flags == Stripped {
		return nil
	}
	first := src.First
	if src.Record {
		if b.Functions, err = functions(code); err != nil {
			return err
		}
		first = map[string]bool{}
		for _, name := range b.Functions {
			first[name] = true
		}
	}
	if b.files[wasm], b.files[rest], err = Split(code, first); err == nil && src.Record {
		b.files[wasm], err = record(b.files[wasm])
	}
	return err
}

// wasmExecMark stands in a script where wasm_exec.js is to be a part of it.
const wasmExecMark = "// build: wasm_exec.js\n"

// joinScripts puts wasm_exec.js where it is asked for.
func (b *Bundle) joinScripts() {
	for _, name := range b.names() {
		if content := b.files[name]; path.Ext(name) == ".js" && bytes.Contains(content, []byte(wasmExecMark)) {
			b.files[name] = bytes.Replace(content, []byte(wasmExecMark), b.files[wasmExec], 1)
			delete(b.files, wasmExec)
		}
	}
}

var styleRun = regexp.MustCompile(`(?:<link rel="stylesheet" href="[\w./-]+">\n){2,}`)

// joinStyles makes one of the styles that follow each other in the page and always
// count. Sources are cut up for those who read them; a browser has to ask for each.
func (b *Bundle) joinStyles() {
	b.files[page] = styleRun.ReplaceAllFunc(b.files[page], func(run []byte) []byte {
		tags := bytes.SplitAfter(run, []byte("\n"))
		var joined []byte
		first := string(styleTag.FindSubmatch(tags[0])[1])
		for _, tag := range tags[:len(tags)-1] {
			name := string(styleTag.FindSubmatch(tag)[1])
			joined = append(joined, b.files[name]...)
			if name != first {
				delete(b.files, name)
			}
		}
		b.files[first] = joined
		return tags[0]
	})
}

var prerenderMark = regexp.MustCompile(`<!--prerender:([\w-]+)-->`)

// fill replaces the placeholders of the page, save for its policy.
func fill(html []byte, prerender map[string]string, wasmBytes, restBytes int) ([]byte, error) {
	if bytes.Count(html, []byte(cspMark)) != 1 {
		return nil, fmt.Errorf("build: %s needs one %s in its head", page, cspMark)
	}
	var missing []string
	html = prerenderMark.ReplaceAllFunc(html, func(mark []byte) []byte {
		name := string(prerenderMark.FindSubmatch(mark)[1])
		text, ok := prerender[name]
		if !ok {
			missing = append(missing, name)
		}
		return []byte(text)
	})
	if missing != nil {
		return nil, fmt.Errorf("build: %s: nothing registered in build/prerender.go for %s", page, strings.Join(missing, ", "))
	}
	for name, n := range map[string]int{"wasm": wasmBytes, "rest": restBytes} {
		html = bytes.ReplaceAll(html, []byte("data-"+name+`-bytes="0"`), []byte("data-"+name+`-bytes="`+strconv.Itoa(n)+`"`))
	}
	return html, nil
}

const cspMark = "<!--csp-->"

// WasmNames are the published names of the wasm's parts, once they have been written.
func (b *Bundle) WasmNames() []string { return []string{b.final[wasm], b.final[rest]} }

// names are the plain names of all files, sorted.
func (b *Bundle) names() []string { return slices.Sorted(maps.Keys(b.files)) }

// stable reports whether a file keeps its plain name: pages, whose addresses
// people know, and the service worker, which browsers check by its address.
func stable(name string) bool {
	return path.Ext(name) == ".html" || name == "sw.js" || name == "robots.txt" || name == "favicon.ico"
}

// text reports whether a file may refer to others.
func text(name string) bool {
	switch path.Ext(name) {
	case ".html", ".css", ".js", ".webmanifest":
		return name != wasmExec
	}
	return false
}

// publish gives a file its published name, after those that it refers to.
func (b *Bundle) publish(name string, above ...string) (string, error) {
	if final, ok := b.final[name]; ok {
		return final, nil
	}
	if slices.Contains(above, name) {
		return "", fmt.Errorf("build: %s refers to itself, by way of %s", name, strings.Join(above, ", "))
	}
	content := b.files[name]
	if text(name) {
		var err error
		content, err = b.rewrite(name, func(ref string) (string, error) {
			return b.publish(ref, append(above, name)...)
		})
		if err != nil {
			return "", err
		}
	}
	if name == page {
		content = bytes.Replace(content, []byte(cspMark), []byte(cspMeta(Policy)), 1)
	}
	final := name
	if !stable(name) {
		sum := sha256.Sum256(content)
		ext := path.Ext(name)
		final = strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:])[:hashLen] + ext
	}
	b.final[name], b.out[final] = final, content
	return final, nil
}

const hashLen = 12

var reference = regexp.MustCompile(`(["'(])([\w./-]+)(["')?#])`)

// resolve is the plain name of the file that a reference in another means, or
// nothing if it isn't one of ours. Styles refer to files relative to their own
// folder; pages and scripts, relative to the page's.
func (b *Bundle) resolve(from, ref string) (name string, ok bool) {
	name = path.Clean(ref)
	if path.Ext(from) == ".css" {
		name = path.Join(path.Dir(from), ref)
	}
	_, ok = b.files[name]
	return name, ok && name != from
}

// rewrite replaces each reference in a text file to another file of the site.
func (b *Bundle) rewrite(name string, to func(ref string) (string, error)) ([]byte, error) {
	var failed error
	content := reference.ReplaceAllFunc(b.files[name], func(match []byte) []byte {
		m := reference.FindSubmatch(match)
		written := string(m[2])
		ref, ok := b.resolve(name, written)
		if !ok {
			return match
		}
		final, err := to(ref)
		if err != nil {
			failed = err
		}
		dir, _ := path.Split(written) // a published name differs in its last part only
		return slices.Concat(m[1], []byte(dir+path.Base(final)), m[3])
	})
	return content, failed
}

// Write brings the folder dist up to date with the site, gzip and brotli
// beside each file that they make smaller, and removes what is no longer part
// of it. quick leaves brotli out.
func (b *Bundle) Write(dist string, quick bool) error {
	for _, name := range b.names() {
		if _, err := b.publish(name); err != nil {
			return err
		}
	}
	manifest, err := json.MarshalIndent(b.final, "", "\t")
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	b.out[Manifest] = append(manifest, '\n')

	keep := map[string]bool{Packed: true}
	for _, name := range slices.Sorted(maps.Keys(b.out)) {
		keep[name], keep[name+".gz"], keep[name+".br"] = true, true, true
		if err := b.writeAsset(dist, name, quick); err != nil {
			return err
		}
	}
	err = filepath.WalkDir(dist, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dist, file)
		if err != nil || keep[filepath.ToSlash(rel)] {
			return err
		}
		b.say("removing %s, which is no longer needed", rel)
		return os.Remove(file)
	})
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	b.say("%s is up to date", filepath.Base(dist))
	return nil
}

// writeAsset writes one file and its compressed forms. A compressed form is
// kept when the file was there with the same content.
func (b *Bundle) writeAsset(dist, name string, quick bool) error {
	content, file := b.out[name], filepath.Join(dist, filepath.FromSlash(name))
	old, err := os.ReadFile(file)
	same := err == nil && bytes.Equal(old, content)
	if !same {
		b.say("writing %s (%s)", name, size(len(content)))
		// Old compressed forms go first: they must never outlive their original.
		for _, ext := range []string{".gz", ".br"} {
			if err := os.RemoveAll(file + ext); err != nil {
				return fmt.Errorf("build: %w", err)
			}
		}
		if err := writeFile(file, content); err != nil {
			return err
		}
	}
	if !compressible(name) {
		return nil
	}
	if !exists(file + ".gz") {
		if err := writeFile(file+".gz", Gzip(content)); err != nil {
			return err
		}
	}
	if !quick && !exists(file+".br") {
		if len(content) > 1e6 {
			b.say("compressing %s with brotli, which takes a while", name)
		}
		return writeFile(file+".br", Brotli(content))
	}
	return nil
}

func compressible(name string) bool {
	switch path.Ext(name) {
	case ".html", ".css", ".js", ".json", ".wasm", ".svg", ".webmanifest", ".txt", ".ico":
		return true
	}
	return false
}

func size(n int) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.2f MB", float64(n)/1e6)
}
