package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"tlsplay/build/browser"
	"tlsplay/build/bundle"
)

// finishedAt notes in every page when a run was first on screen, counted from
// the start of the navigation: the element is there, a frame has been made of
// it, and a task has had its turn after that frame.
const finishedAt = `
globalThis.finishedAt = new Promise((resolve) => {
	const look = () => {
		if (!document.querySelector('[data-run-state="finished"]')) {
			return;
		}
		watch.disconnect();
		requestAnimationFrame(() => {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = () => resolve(performance.now());
			port2.postMessage(null);
		});
	};
	const watch = new MutationObserver(look);
	watch.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-run-state"] });
});`

const startSamples = 9

// benchStart measures from navigation to the first handshake on screen: of the
// page and of the probe, both in the same run, served (with gzip) and as a
// single file, cold (a browser just started, with a fresh profile) and warm
// (opened again in the same browser).
func benchStart(root string) error {
	dist := filepath.Join(root, "dist")
	page, err := build(root, true)
	if err != nil {
		return err
	}
	if err := page.Pack(filepath.Join(dist, bundle.Packed)); err != nil {
		return err
	}
	probeDist := filepath.Join(root, ".cache", "probe")
	if err := buildProbe(root, probeDist); err != nil {
		return err
	}

	type subject struct {
		name, address string
		cold, warm    []start
	}
	var subjects []*subject
	for _, s := range []struct{ name, dir string }{{"probe", probeDist}, {"page", dist}} {
		server := httptest.NewServer(onlyGzip(bundle.Handler(s.dir)))
		defer server.Close()
		subjects = append(subjects,
			&subject{name: s.name + ", served", address: server.URL + "/"},
			&subject{name: s.name + ", packed", address: "file://" + filepath.ToSlash(filepath.Join(s.dir, bundle.Packed))})
	}
	// In turn, so that whatever else the machine does meets all alike.
	for i := range startSamples {
		say("start: round %d of %d", i+1, startSamples)
		for _, s := range subjects {
			cold, warm, err := timeStart(s.address)
			if err != nil {
				return fmt.Errorf("%w (%s)", err, s.name)
			}
			s.cold, s.warm = append(s.cold, cold), append(s.warm, warm)
		}
	}
	table(os.Stdout, func(row rower) {
		row(fmt.Sprintf("milliseconds, medians of %d", startSamples), "cold", "x probe", "warm", "x probe")
		for i, s := range subjects {
			probe := subjects[i%2]
			cold, warm := at(s.cold, "finished"), at(s.warm, "finished")
			row(s.name,
				fmt.Sprintf("%.0f", cold), fmt.Sprintf("%.2f", cold/at(probe.cold, "finished")),
				fmt.Sprintf("%.0f", warm), fmt.Sprintf("%.2f", warm/at(probe.warm, "finished")))
		}
	})
	fmt.Println()
	table(os.Stdout, func(row rower) {
		cells := []any{"what was reached when, cold"}
		for _, phase := range phases {
			cells = append(cells, phase)
		}
		row(cells...)
		for _, s := range subjects[2:] {
			cells := []any{s.name}
			for _, phase := range phases {
				cells = append(cells, fmt.Sprintf("%.0f", at(s.cold, phase)))
			}
			row(cells...)
		}
	})
	return nil
}

// start is how many milliseconds after the start of the navigation a page had
// reached each phase: the marks that the loader leaves, and finished.
type start map[string]float64

var phases = []string{"loader", "complete", "instantiated", "finished", "ready"}

// at is the median time of a phase.
func at(starts []start, phase string) float64 {
	var values []float64
	for _, s := range starts {
		values = append(values, s[phase])
	}
	return median(values)
}

// timeStart opens an address twice in a fresh browser.
func timeStart(address string) (cold, warm start, err error) {
	ctx, stop, err := browser.Start()
	if err != nil {
		return nil, nil, err
	}
	defer stop()
	time.Sleep(500 * time.Millisecond) // a browser has much to do at first
	if cold, err = timeFinished(ctx, address); err != nil {
		return nil, nil, err
	}
	warm, err = timeFinished(ctx, address)
	return cold, warm, err
}

func timeFinished(ctx context.Context, address string) (start, error) {
	p, err := browser.OpenShared(ctx, finishedAt)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	if err := p.Goto(address); err != nil {
		return nil, err
	}
	return evaluate[start](p.Ctx, `finishedAt.then(async (finished) => {
		await globalThis.tlsplay?.ready;
		const at = { finished };
		for (const { name, startTime } of performance.getEntriesByType("mark")) {
			at[name.replace("tlsplay:", "")] = startTime;
		}
		return at;
	})`)
}

// buildProbe makes a page of build/probe, served and packed, with a key of its
// own of the kind that the page uses when it opens.
func buildProbe(root, dist string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		DNSNames:              []string{"probe.example"},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	b, err := bundle.Load(bundle.Source{
		Root:    root,
		Site:    "build/probe",
		Package: "./build/probe",
		LDFlags: "-X main.key=" + base64.StdEncoding.EncodeToString(private) +
			" -X main.certificate=" + base64.StdEncoding.EncodeToString(certificate),
	}, say)
	if err != nil {
		return err
	}
	if err := b.Write(dist, true); err != nil {
		return err
	}
	return b.Pack(filepath.Join(dist, bundle.Packed))
}

// onlyGzip keeps Brotli out of it, which quick builds go without.
func onlyGzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Accept-Encoding", "gzip")
		next.ServeHTTP(w, r)
	})
}
