package dissect

import (
	"bytes"
	"flag"
	"go/ast"
	"go/format"
	goparser "go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

var update = flag.Bool("update", false, "rewrite fieldids.go")

// TestFieldIDs holds fieldids.go to the source: every ID that a parser hands to
// the cursor. Run with -update to rewrite it.
func TestFieldIDs(t *testing.T) {
	want := sourceIDs(t)
	if *update {
		var b bytes.Buffer
		b.WriteString("package dissect\n\n// fieldIDs is made by go test -run TestFieldIDs -update.\nconst fieldIDs = `\n")
		for _, id := range want {
			b.WriteString(id + "\n")
		}
		b.WriteString("`\n")
		src, err := format.Source(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("fieldids.go", src, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	var got []string
	for _, id := range FieldIDs() {
		got = append(got, string(id))
	}
	if !slices.Equal(got, want) {
		for _, id := range want {
			if !slices.Contains(got, id) {
				t.Errorf("%s is missing; run with -update", id)
			}
		}
		for _, id := range got {
			if !slices.Contains(want, id) {
				t.Errorf("%s is no longer used; run with -update", id)
			}
		}
	}
}

// sourceIDs reads the IDs out of the calls in the source.
func sourceIDs(t *testing.T) []string {
	isID := regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$`)
	ids := []string{"opaque", "handshake_body", "extension.unknown", "extension.grease", "raw"}
	lengths := map[string]bool{"vector": true, "opaque": true, "length": true, "extensions": true, "codes16": true}
	readers := map[string]bool{}
	for _, name := range strings.Fields("take bytes all uint u8 u16 u24 u32 code8 code16 sized structure vector opaque length tree extensions codes16 varint random serverRandom exactly signature number cipherSpecs") {
		readers[name] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := goparser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				sel, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || !readers[sel.Sel.Name] {
					return true
				}
				if x, ok := sel.X.(*ast.Ident); !ok || x.Name != "p" && x.Name != "c" && x.Name != "q" {
					return true
				}
				first := true
				for _, arg := range n.Args {
					if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						s, _ := strconv.Unquote(lit.Value)
						if !isID.MatchString(s) {
							continue
						}
						if sel.Sel.Name != "length" {
							ids = append(ids, s)
						}
						if first && lengths[sel.Sel.Name] || sel.Sel.Name == "signature" && !first {
							ids = append(ids, s+"_length")
						}
						first = false
					}
				}
			case *ast.AssignStmt: // nonceID, tagID := trace.FieldID("…"), …
				for i, lhs := range n.Lhs {
					if id, ok := lhs.(*ast.Ident); !ok || !strings.HasSuffix(strings.ToLower(id.Name), "id") || i >= len(n.Rhs) {
						continue
					}
					ast.Inspect(n.Rhs[i], func(n ast.Node) bool {
						if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
							s, _ := strconv.Unquote(lit.Value)
							if isID.MatchString(s) {
								ids = append(ids, s)
							}
						}
						return true
					})
				}
			}
			return true
		})
	}
	for _, t := range registry.Extensions() {
		ids = append(ids, string(extensionID(t)))
	}
	for t := range 256 {
		if name := registry.HandshakeType(uint8(t)); name != "" {
			ids = append(ids, string(bodyID(uint8(t), name)))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// seen collects the IDs of every tree that a test looks at.
var (
	seenMu sync.Mutex
	seen   = map[trace.FieldID]bool{}
)

func TestMain(m *testing.M) {
	code := m.Run()
	if unlisted := unlistedIDs(); len(unlisted) > 0 && !*update {
		println("IDs in trees that FieldIDs does not list:", strings.Join(unlisted, " "))
		code = 1
	}
	os.Exit(code)
}

func unlistedIDs() (unlisted []string) {
	listed := FieldIDs()
	seenMu.Lock()
	defer seenMu.Unlock()
	for id := range seen {
		if _, ok := slices.BinarySearch(listed, id); !ok {
			unlisted = append(unlisted, string(id))
		}
	}
	return unlisted
}
