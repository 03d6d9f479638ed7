package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"tlsplay/build/browser"
	"tlsplay/build/bundle"
)

var (
	benchVersions     = []string{"1.3", "1.2"}
	benchCertificates = []string{"rsa-2048", "ecdsa-p256", "ed25519"}
)

// rates is handshakes a second by kind ("engine", where everything that the
// page shows is computed, or "bare", where nothing is), version and certificate.
type rates map[[3]string]float64

// print shows rates as a table, with what the engine costs as a ratio, and how
// many times faster others are, where they were measured.
func (r rates) print(others string, than rates) {
	table(os.Stdout, func(row rower) {
		head := []any{"handshakes a second", "TLS", "bare", "engine", "bare/engine"}
		if than != nil {
			head = append(head, others+"/this, bare", "engine")
		}
		row(head...)
		for _, version := range benchVersions {
			for _, certificate := range benchCertificates {
				bare, engine := r.of("bare", version, certificate), r.of("engine", version, certificate)
				cells := []any{certificate, version, fmt.Sprintf("%.0f", bare), fmt.Sprintf("%.0f", engine), fmt.Sprintf("%.2f", bare/engine)}
				if than != nil {
					cells = append(cells,
						fmt.Sprintf("%.2f", than.of("bare", version, certificate)/bare),
						fmt.Sprintf("%.2f", than.of("engine", version, certificate)/engine))
				}
				row(cells...)
			}
		}
	})
}

func (r rates) of(kind, version, certificate string) float64 {
	return r[[3]string{kind, version, certificate}]
}

// nativeRates runs BenchmarkHandshake of package sim, whose results are named
// KIND/VERSION/CERTIFICATE.
func (b *bench) nativeRates() error {
	cmd := exec.Command("go", "test", "-run=^$", "-bench=^BenchmarkHandshake$", "-cpu=1", "./sim")
	cmd.Dir = b.root
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build: go test -bench: %w\n%s", err, out.String())
	}
	r := rates{}
	for line := range strings.Lines(out.String()) {
		// BenchmarkHandshake/bare/1.3/rsa-2048   1234   987654 ns/op
		f := strings.Fields(line)
		if len(f) < 4 || f[3] != "ns/op" {
			continue
		}
		parts := strings.Split(f[0], "/")
		ns, err := strconv.ParseFloat(f[2], 64)
		if len(parts) != 4 || err != nil {
			continue
		}
		r[[3]string(parts[1:])] = 1e9 / ns
	}
	b.native = r
	r.print("", nil)
	return nil
}

// browserRates asks the page, for each kind of handshake, by tlsplay.bench
// (wasm/dom), which answers with both rates.
func (b *bench) browserRates() error {
	if _, err := build(b.root, true); err != nil {
		return err
	}
	server := httptest.NewServer(bundle.Handler(filepath.Join(b.root, "dist")))
	defer server.Close()
	ctx, stop, err := browser.Start()
	if err != nil {
		return err
	}
	defer stop()
	p, err := browser.Open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.Goto(server.URL + "/"); err != nil {
		return err
	}
	if _, err := evaluate[chromedp.Void](p.Ctx, `tlsplay.ready.then(() => {})`); err != nil {
		return err
	}
	r := rates{}
	for _, version := range benchVersions {
		for _, certificate := range benchCertificates {
			got, err := evaluate[struct{ Bare, Engine float64 }](p.Ctx, fmt.Sprintf(
				`tlsplay.bench({version: %q, certificate: %q}, 1.5)`, version, certificate))
			if err != nil {
				return err
			}
			r[[3]string{"bare", version, certificate}] = got.Bare
			r[[3]string{"engine", version, certificate}] = got.Engine
		}
	}
	r.print("native", b.native)
	return nil
}

// evaluate is the value of a JavaScript expression, awaited.
func evaluate[T any](ctx context.Context, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return v, fmt.Errorf("build: %s: %w", expression, err)
	}
	return v, nil
}
