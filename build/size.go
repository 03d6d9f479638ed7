package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"tlsplay/build/bundle"
)

// What the page's wasm may weigh, in bytes.
const (
	maxGzip   = 2_600_000
	maxBrotli = 1_900_000
)

func runSize(root string, args []string) error {
	fs := newFlags("size")
	deps := fs.Bool("deps", false, "what each dependency adds, too")
	if err := fs.Parse(args); err != nil {
		return err
	}
	b, err := build(root, false)
	if err != nil {
		return err
	}
	var parts [][3]int64
	var n [3]int64 // together
	for _, name := range b.WasmNames() {
		var part [3]int64
		for i, ext := range []string{"", ".gz", ".br"} {
			info, err := os.Stat(filepath.Join(root, "dist", name+ext))
			if err != nil {
				return fmt.Errorf("build: %w", err)
			}
			part[i] = info.Size()
			n[i] += part[i]
		}
		parts = append(parts, part)
	}
	table(os.Stdout, func(row rower) {
		row("wasm, MB", "raw", "gzip -9", "brotli -11")
		for i, part := range parts {
			row([]string{"what the first run needs", "the rest"}[i], mb(part[0]), mb(part[1]), mb(part[2]))
		}
		row("the page's", mb(n[0]), mb(n[1]), mb(n[2]))
		row("limit", "", mb(maxGzip), mb(maxBrotli))
	})
	if *deps {
		if err := benchSize(root); err != nil {
			return err
		}
	}
	if n[1] > maxGzip || n[2] > maxBrotli {
		return errors.New("build: the wasm is over its size limit")
	}
	return nil
}

func mb(n int64) string { return fmt.Sprintf("%.3f", float64(n)/1e6) }
func kb(n int) string   { return fmt.Sprintf("%.0f", float64(n)/1e3) }

// A rower adds a row to a table, columns aligned to the right but the first.
type rower func(cells ...any)

func table(w io.Writer, fill func(row rower)) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	var rows [][]string
	fill(func(cells ...any) {
		var row []string
		for _, c := range cells {
			row = append(row, fmt.Sprint(c))
		}
		rows = append(rows, row)
	})
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	for _, row := range rows {
		fmt.Fprintf(tw, "%-*s\t%s\t\n", width, row[0], strings.Join(row[1:], "\t"))
	}
	tw.Flush()
}

// A stub is a program that uses a dependency as the page does, and nothing else.
type stub struct {
	name    string
	imports []string
	body    string
}

var (
	stubTLS = stub{"crypto/tls", []string{"crypto/tls"}, `
		c := tls.Client(nil, &tls.Config{})
		s := tls.Server(nil, &tls.Config{})
		println(c.Handshake(), s.Handshake())`}
	stubX509 = stub{"crypto/x509", []string{"crypto/x509", "crypto/ecdsa", "crypto/elliptic", "crypto/rand", "math/big"}, `
		k, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		t := &x509.Certificate{SerialNumber: big.NewInt(1)}
		der, _ := x509.CreateCertificate(rand.Reader, t, t, k.Public(), k)
		cert, _ := x509.ParseCertificate(der)
		println(cert.Verify(x509.VerifyOptions{}))`}
	stubs = []stub{
		{"honnef.co/go/js/dom/v2", []string{"honnef.co/go/js/dom/v2"}, `
		println(dom.GetWindow().Document().GetElementByID("x").TextContent())`},
		{"github.com/norunners/vert", []string{"github.com/norunners/vert"}, `
		v := vert.ValueOf(struct{ A []string }{})
		println(v.AssignTo(&struct{ A []string }{}))`},
		{"github.com/hack-pad/hackpadfs/mem", []string{"github.com/hack-pad/hackpadfs", "github.com/hack-pad/hackpadfs/mem"}, `
		fs, _ := mem.NewFS()
		println(hackpadfs.WriteFullFile(fs, "x", nil, 0o600))`},
		{"encoding/json", []string{"encoding/json"}, `
		j, _ := json.Marshal(struct{ A []string }{})
		println(json.Unmarshal(j, &struct{ A []string }{}))`},
	}
)

// weigh is the size of a program of the stubs, compiled with the versions of
// the module at root.
func weigh(root string, stubs ...stub) (raw, gzipped int, err error) {
	dir, err := os.MkdirTemp("", "tlsplay-size-")
	if err != nil {
		return 0, 0, fmt.Errorf("build: %w", err)
	}
	defer os.RemoveAll(dir)
	var src bytes.Buffer
	src.WriteString("package main\n")
	for _, s := range stubs {
		for _, i := range s.imports {
			fmt.Fprintf(&src, "import %q\n", i)
		}
	}
	src.WriteString("func main() {\n")
	for _, s := range stubs {
		fmt.Fprintf(&src, "\tfunc() {%s\n\t}()\n", s.body)
	}
	src.WriteString("}\n")
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, src.Bytes(), 0o644); err != nil {
		return 0, 0, fmt.Errorf("build: %w", err)
	}
	b, err := bundle.Compile(root, filepath.Join(dir, "out.wasm"), bundle.Stripped, file)
	return len(b), len(bundle.Gzip(b)), err
}

// benchSize prints what each dependency adds to the wasm that the page can't
// do without, crypto/tls and crypto/x509, and how much code of each package is
// in the page's.
func benchSize(root string) error {
	_, empty, err := weigh(root)
	if err != nil {
		return err
	}
	_, tls, err := weigh(root, stubTLS)
	if err != nil {
		return err
	}
	_, base, err := weigh(root, stubTLS, stubX509)
	if err != nil {
		return err
	}
	all := []stub{stubTLS, stubX509}
	rows := [][2]string{
		{"an empty program", kb(empty)},
		{"+ crypto/tls", kb(tls - empty)},
		{"+ crypto/x509", kb(base - tls)},
	}
	for _, s := range stubs {
		if !inModule(root, s.imports...) {
			rows = append(rows, [2]string{s.name, "not used"})
			continue
		}
		_, n, err := weigh(root, stubTLS, stubX509, s)
		if err != nil {
			return err
		}
		rows = append(rows, [2]string{"+ " + s.name, kb(n - base)})
		all = append(all, s)
	}
	_, together, err := weigh(root, all...)
	if err != nil {
		return err
	}
	page, err := bundle.Compile(root, filepath.Join(root, ".cache", "stripped.wasm"), bundle.Stripped, "./wasm")
	if err != nil {
		return err
	}
	gz := len(bundle.Gzip(page))
	fmt.Println()
	table(os.Stdout, func(row rower) {
		row("compressed size by dependency", "gzip kB")
		for _, r := range rows {
			row(r[0], r[1])
		}
		row("all of these together", kb(together))
		row("+ the page's own code, texts and the rest", kb(gz-together))
		row("the page's wasm", kb(gz))
	})

	code, err := codeByPackage(root)
	if err != nil {
		return err
	}
	total := 0
	for _, c := range code {
		total += c.bytes
	}
	fmt.Println()
	table(os.Stdout, func(row rower) {
		row("code in the page's wasm, uncompressed", "kB", "%")
		for _, c := range code[:min(len(code), 20)] {
			row(c.pkg, kb(c.bytes), fmt.Sprintf("%.1f", 100*float64(c.bytes)/float64(total)))
		}
		row("all", kb(total), "100.0")
	})
	return nil
}

// inModule reports whether all packages are to be had at a version in go.mod.
func inModule(root string, pkgs ...string) bool {
	cmd := exec.Command("go", append([]string{"list"}, pkgs...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	return cmd.Run() == nil
}

type codeSize struct {
	pkg   string
	bytes int
}

// codeByPackage is how much code of each package is in the page's wasm,
// largest first. `go tool nm` can't read wasm, but the linker leaves a section
// with the name of each function when it isn't told to strip it.
func codeByPackage(root string) ([]codeSize, error) {
	wasm, err := bundle.Compile(root, filepath.Join(root, ".cache", "wasm.wasm"), bundle.Named, "./wasm")
	if err != nil {
		return nil, err
	}
	functions, err := bundle.FunctionSizes(wasm)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-deps", "./wasm")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("build: go list: %w", err)
	}
	// The linker writes an underscore for what is not a letter, digit or dot.
	plain := strings.NewReplacer("/", "_", "-", "_")
	packages := map[string]string{"main": "tlsplay/wasm"}
	for pkg := range strings.FieldsSeq(string(out)) {
		packages[plain.Replace(pkg)] = pkg
	}
	sum := map[string]int{}
	for name, n := range functions {
		sum[packageOf(name, packages)] += n
	}
	var sizes []codeSize
	for pkg, n := range sum {
		sizes = append(sizes, codeSize{pkg, n})
	}
	slices.SortFunc(sizes, func(a, b codeSize) int {
		return cmp.Or(cmp.Compare(b.bytes, a.bytes), cmp.Compare(a.pkg, b.pkg))
	})
	return sizes, nil
}

// packageOf is the package with the longest name that begins the function's.
func packageOf(function string, packages map[string]string) string {
	for end := len(function); end > 0; end = strings.LastIndexByte(function[:end], '.') {
		if pkg, ok := packages[function[:end]]; ok {
			return pkg
		}
	}
	return "(made by the compiler)"
}
