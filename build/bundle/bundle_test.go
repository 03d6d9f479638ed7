package bundle

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// small is a page whose wasm is a few bytes.
func small(files map[string]string) *Bundle {
	b := &Bundle{
		files: map[string][]byte{
			wasm:     []byte("\x00asm"),
			wasmExec: []byte(`"index.html"; // names in here are no references`),
			page: []byte(`<html><head>` + cspMark + `<link rel="stylesheet" href="css/a.css">` +
				`<link rel="preload" href="tlsplay.wasm"><script defer src="wasm_exec.js"></script>` +
				`<script async src="loader.js" data-wasm="tlsplay.wasm"></script></head>` +
				`<body><img src="icon.svg">see "nothing.css"</body></html>`),
			"css/a.css": []byte(`a { background: url(../icon.svg) } b { background: url("b.png") }`),
			"css/b.png": []byte("png"),
			"icon.svg":  []byte("<svg/>"),
			"loader.js": []byte(`fetch("icon.svg")`),
		},
		final: map[string]string{},
		out:   map[string][]byte{},
		say:   func(string, ...any) {},
	}
	for name, content := range files {
		b.files[name] = []byte(content)
	}
	return b
}

func write(t *testing.T, b *Bundle, dist string) {
	t.Helper()
	if err := b.Write(dist, false); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func glob(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %q, %v", pattern, found, err)
	}
	return found[0]
}

func TestWrite(t *testing.T) {
	dist := t.TempDir()
	write(t, small(nil), dist)

	html := read(t, filepath.Join(dist, page))
	for _, want := range []string{
		cspMeta(Policy),
		`href="css/` + filepath.Base(glob(t, dist+"/css/a.*.css")) + `"`,
		`src="` + filepath.Base(glob(t, dist+"/loader.*.js")) + `" data-wasm="` + filepath.Base(glob(t, dist+"/tlsplay.*.wasm")) + `"`,
		`see "nothing.css"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s:\n%s", want, html)
		}
	}
	icon, png := filepath.Base(glob(t, dist+"/icon.*.svg")), filepath.Base(glob(t, dist+"/css/b.*.png"))
	css := read(t, glob(t, dist+"/css/a.*.css"))
	if want := `a { background: url(../` + icon + `) } b { background: url("` + png + `") }`; css != want {
		t.Errorf("got  %s\nwant %s", css, want)
	}
	f, err := os.Open(filepath.Join(dist, page+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); string(got) != html || err != nil {
		t.Errorf("the compressed page is not the page: %v", err)
	}
	if !z.ModTime.IsZero() {
		t.Error("the compressed page tells when it was made")
	}
}

// A change deep down gives new names all the way up, and leaves nothing old.
func TestWriteAgain(t *testing.T) {
	dist := t.TempDir()
	write(t, small(nil), dist)
	before := read(t, filepath.Join(dist, page))
	old := glob(t, dist+"/icon.*.svg")
	write(t, small(map[string]string{"icon.svg": "<svg>new</svg>"}), dist)
	after := read(t, filepath.Join(dist, page))
	name := regexp.MustCompile(`css/a\.\w+\.css`)
	if name.FindString(before) == name.FindString(after) {
		t.Error("the style refers to another icon now, yet kept its name")
	}
	for _, gone := range []string{old, old + ".br", old + ".gz"} {
		if exists(gone) {
			t.Errorf("%s is still there", filepath.Base(gone))
		}
	}
}

func TestWriteRefusesCycles(t *testing.T) {
	err := small(map[string]string{"loader.js": `import "b.js"`, "b.js": `import "loader.js"`}).Write(t.TempDir(), true)
	if err == nil || !strings.Contains(err.Error(), "refers to itself") {
		t.Errorf("got %v", err)
	}
}

func TestFill(t *testing.T) {
	got, err := fill([]byte(cspMark+`<!--prerender:a--> data-wasm-bytes="0" data-rest-bytes="0"`), map[string]string{"a": "<p>"}, 7, 8)
	if want := cspMark + `<p> data-wasm-bytes="7" data-rest-bytes="8"`; string(got) != want || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := fill([]byte(cspMark+`<!--prerender:b-->`), nil, 0, 0); err == nil {
		t.Error("a placeholder that nothing fills must be an error")
	}
	if _, err := fill(nil, nil, 0, 0); err == nil {
		t.Error("a page without a policy must be an error")
	}
}

func TestPack(t *testing.T) {
	out := filepath.Join(t.TempDir(), "page.html")
	if err := small(nil).Pack(out); err != nil {
		t.Fatal(err)
	}
	html := read(t, out)
	for _, banned := range []string{`src="loader.js"`, `href="css`, "preload", "icon.svg)", " defer", " async", "'self'", "unsafe-inline"} {
		if strings.Contains(html, banned) {
			t.Errorf("the file contains %s", banned)
		}
	}
	for _, want := range []string{
		`<script data-wasm="tlsplay.wasm">fetch("data:image/svg+xml;base64,`,
		`id="tlsplay-wasm">H4sI`,
		`url("data:image/png;base64,cG5n")`,
		`<img src="data:image/svg+xml;base64,PHN2Zy8+">`,
		`script-src 'sha256-`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the file lacks %s", want)
		}
	}
	again := filepath.Join(t.TempDir(), "page.html")
	if err := small(nil).Pack(again); err != nil {
		t.Fatal(err)
	}
	if read(t, again) != html {
		t.Error("the same sources made another file")
	}
}

func TestPackRefusesWhatEndsScripts(t *testing.T) {
	b := small(map[string]string{"loader.js": `"</script>"`})
	if err := b.Pack(filepath.Join(t.TempDir(), "page.html")); err == nil {
		t.Error("no error")
	}
}

func TestHandler(t *testing.T) {
	dist := t.TempDir()
	write(t, small(map[string]string{"loader.js": strings.Repeat("// long\n", 100)}), dist)
	loader := "/" + filepath.Base(glob(t, dist+"/loader.*.js"))
	code := "/" + filepath.Base(glob(t, dist+"/tlsplay.*.wasm"))
	h := Handler(dist)
	for _, c := range []struct {
		method, path, accept string
		status               int
		contentType          string
		encoding, cache      string
	}{
		{"GET", "/", "gzip, deflate, br, zstd", 200, "text/html; charset=utf-8", "br", "no-cache"},
		{"GET", "/index.html", "gzip", 200, "text/html; charset=utf-8", "gzip", "no-cache"},
		{"GET", "/", "br;q=0, gzip;q=0.5", 200, "text/html; charset=utf-8", "gzip", "no-cache"},
		{"HEAD", "/", "", 200, "text/html; charset=utf-8", "", "no-cache"},
		{"GET", loader, "br", 200, "text/javascript; charset=utf-8", "br", "public, max-age=31536000, immutable"},
		{"GET", code, "", 200, "application/wasm", "", "public, max-age=31536000, immutable"},
		{"POST", "/", "", 405, "", "", ""},
		{"GET", "/nothing.js", "", 404, "", "", ""},
		{"GET", "/../go.mod", "", 404, "", "", ""},
		{"GET", "/css", "", 404, "", "", ""},
	} {
		r := httptest.NewRequest(c.method, "http://localhost/", nil)
		r.URL.Path = c.path
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := w.Result()
		if got.StatusCode != c.status {
			t.Errorf("%s %s: status %d, want %d", c.method, c.path, got.StatusCode, c.status)
		}
		if c.status != http.StatusOK {
			continue
		}
		for name, want := range map[string]string{
			"Content-Type": c.contentType, "Content-Encoding": c.encoding, "Cache-Control": c.cache,
			"Content-Security-Policy": Policy,
		} {
			if got.Header.Get(name) != want {
				t.Errorf("%s %s (%s): %s is %q, want %q", c.method, c.path, c.accept, name, got.Header.Get(name), want)
			}
		}
	}
}

// Styles that follow each other become one, in their order, and a script gets
// wasm_exec.js as its part.
func TestJoin(t *testing.T) {
	b := &Bundle{files: map[string][]byte{
		page: []byte(`<link rel="stylesheet" href="css/a.css">
<link rel="stylesheet" href="css/b.css">
<link rel="stylesheet" href="css/c.css" media="print">
<link rel="stylesheet" href="css/d.css">
`),
		"css/a.css": []byte("a"), "css/b.css": []byte("b"), "css/c.css": []byte("c"), "css/d.css": []byte("d"),
		"one.js": []byte("1;\n" + wasmExecMark), "two.js": []byte("2;"), wasmExec: []byte("Go"),
	}}
	b.joinScripts()
	b.joinStyles()
	want := map[string]string{
		page: `<link rel="stylesheet" href="css/a.css">
<link rel="stylesheet" href="css/c.css" media="print">
<link rel="stylesheet" href="css/d.css">
`,
		"css/a.css": "ab", "css/c.css": "c", "css/d.css": "d", "one.js": "1;\nGo", "two.js": "2;",
	}
	if len(b.files) != len(want) {
		t.Errorf("there are %q", b.names())
	}
	for name, content := range want {
		if string(b.files[name]) != content {
			t.Errorf("%s holds %q, not %q", name, b.files[name], content)
		}
	}
}
