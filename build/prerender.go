package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"

	"tlsplay/sim"
	"tlsplay/sim/entropy"
	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/wasm/view"
)

// prerender is the HTML that index.html starts with: a placeholder
// <!--prerender:NAME--> becomes the value under NAME. It is a recorded run,
// drawn by the same views, so that there is something true to see before the
// wasm has come and where scripting is off.
//
// It is made by a seeded build of this program, for the reasons that
// runTraceSeeded has: the same sources make the same page, and the live run
// looks like the recorded one.
func prerender(root string) (map[string]string, error) {
	exe, err := seededBuild(root)
	if err != nil {
		return nil, err
	}
	cmd := seededCommand(root, exe, "prerender")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("build: prerender: %w", err)
	}
	regions := map[string]string{}
	if err := json.Unmarshal(out.Bytes(), &regions); err != nil {
		return nil, fmt.Errorf("build: prerender: %w", err)
	}
	return regions, nil
}

// runPrerender prints what prerender returns.
func runPrerender(string, []string) error {
	sc := scenario.Default()
	sc.Seed = "70726572656e646572"
	sc.Clock = "2026-01-15T12:00:00Z"
	t, err := sim.Run(context.Background(), sc, entropy.Native)
	if err != nil {
		return err
	}
	s := view.State{View: view.ViewHandshake, Scenario: scenario.Default(), At: len(t.Events), Event: 0, Stored: true, Texts: view.Texts{Texts: embedded.Texts()}}
	regions := map[string]string{}
	for _, s.View = range view.Views {
		if s.View == view.ViewScenarios { // nothing but controls, which do nothing yet
			continue
		}
		for _, r := range view.Page(t, s) {
			if regions[r.ID] == "" {
				regions[r.ID] = r.Content.String()
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(regions)
}

// seededCommand runs a seeded build of this program as the browser's Go sees
// its machine: without AES instructions.
func seededCommand(root, exe string, args ...string) *exec.Cmd {
	cmd := exec.Command(exe, args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GODEBUG="+noAES(os.Getenv("GODEBUG")))
	return cmd
}
