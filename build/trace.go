package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"tlsplay/sim"
	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
	"tlsplay/sim/scenariofile"
)

// runTrace prints the trace of a scenario as JSON: the same that tlsplay.run
// gives in the browser for the same scenario, seed and clock.
func runTrace(root string, args []string) error {
	if entropy.Native == nil {
		return runTraceSeeded(root, args)
	}
	fs := newFlags("trace")
	version := fs.String("version", "", "TLS version, such as 1.3")
	seed := fs.String("seed", "", "the run's randomness, as hexadecimal digits")
	clock := fs.String("clock", "", "the run's time, such as 2026-01-31T12:00:00Z")
	fs.Usage = func() {
		fmt.Fprintln(fs.Output(), "usage: go run ./build trace [flags] [scenario.json]")
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil {
		return err
	}
	sc := scenario.Default()
	if fs.NArg() > 1 {
		return fmt.Errorf("build: trace takes one scenario file, not %d", fs.NArg())
	}
	if name := fs.Arg(0); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("build: %w", err)
		}
		if sc, err = scenariofile.Parse(text); err != nil {
			return fmt.Errorf("build: %s: %w", filepath.Base(name), err)
		}
	}
	for _, f := range []struct {
		flag string
		to   *string
	}{{*version, &sc.Version}, {*seed, &sc.Seed}, {*clock, &sc.Clock}} {
		if f.flag != "" {
			*f.to = f.flag
		}
	}
	t, err := sim.Run(context.Background(), sc, entropy.Native)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(t.JSON(), '\n'))
	return err
}

// runTraceSeeded does it in a build of this program that can seed all of Go's
// randomness (entropy.Native) and, like the browser's, has no AES instructions:
// crypto/tls prefers ChaCha20 where there are none.
func runTraceSeeded(root string, args []string) error {
	for i, a := range args { // the child runs in the root folder
		if !strings.HasPrefix(a, "-") {
			if abs, err := filepath.Abs(a); err == nil {
				if _, err := os.Stat(abs); err == nil {
					args[i] = abs
				}
			}
		}
	}
	exe, err := seededBuild(root)
	if err != nil {
		return err
	}
	cmd := seededCommand(root, exe, append([]string{"trace"}, args...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build: trace: %w", err)
	}
	return nil
}

// seededBuild compiles this program so that entropy.Native is there.
func seededBuild(root string) (string, error) {
	exe := filepath.Join(root, ".cache", "trace")
	cmd := exec.Command("go", "build", "-tags=tlsplay_seeded", "-ldflags=-checklinkname=0", "-o", exe, "./build")
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build: compiling the seeded trace program: %w", err)
	}
	return exe, nil
}

// noAES adds to a GODEBUG value what makes Go see a processor without AES and
// carry-less multiplication.
func noAES(godebug string) string {
	off := "cpu.aes=off"
	switch runtime.GOARCH {
	case "amd64":
		off += ",cpu.pclmulqdq=off"
	case "arm64":
		off += ",cpu.pmull=off"
	}
	if godebug == "" {
		return off
	}
	return godebug + "," + off
}
