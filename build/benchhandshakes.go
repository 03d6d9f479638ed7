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

// print shows rates as a table, and what the engine costs as a ratio.
func (r rates) print() {
	table(os.Stdout, func(row rower) {
		row("handshakes a second", "TLS", "bare", "engine", "bare/engine")
		for _, version := range benchVersions {
			for _, certificate := range benchCertificates {
				bare, engine := r[[3]string{"bare", version, certificate}], r[[3]string{"engine", version, certificate}]
				if bare == 0 || engine == 0 {
					row(certificate, version, "not measured")
					continue
				}
				row(certificate, version, fmt.Sprintf("%.0f", bare), fmt.Sprintf("%.0f", engine), fmt.Sprintf("%.2f", bare/engine))
			}
		}
	})
}

// benchNative runs BenchmarkHandshake of package sim, whose results are named
// KIND/VERSION/CERTIFICATE.
func benchNative(root string) error {
	cmd := exec.Command("go", "test", "-run=^$", "-bench=^BenchmarkHandshake$", "-cpu=1", "./sim")
	cmd.Dir = root
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
	r.print()
	return nil
}

// benchBrowser asks the page, for each kind of handshake, by tlsplay.bench
// (wasm/dom), which answers with both rates.
func benchBrowser(root string) error {
	if _, err := build(root, true); err != nil {
		return err
	}
	server := httptest.NewServer(bundle.Handler(filepath.Join(root, "dist")))
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
	r.print()
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
