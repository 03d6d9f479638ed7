// Package workspace holds the files of a run: what it was, what happened, its
// keys and certificates. It is a file system, so that where the files lie is
// the caller's choice: in memory now.
package workspace

import (
	"encoding/pem"
	"fmt"
	"io/fs"

	"github.com/hack-pad/hackpadfs"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// Dir is where a run's files lie.
const Dir = "run"

// Save writes the files of a run over those of the one before.
func Save(fsys hackpadfs.FS, t *trace.Trace) error {
	if err := hackpadfs.MkdirAll(fsys, Dir, 0o755); err != nil {
		return fmt.Errorf("workspace: %w", err)
	}
	text := t.JSON()
	files := map[string][]byte{
		"trace.json":     text,
		"keylog.txt":     []byte(t.KeyLog),
		"server.pem":     chain(t, trace.Server, false),
		"trust-root.pem": chain(t, trace.Server, true),
	}
	if sc, ok := t.Scenario.(scenario.Scenario); ok {
		files["scenario.json"] = sc.JSON()
	}
	old, err := hackpadfs.ReadDir(fsys, Dir)
	if err != nil {
		return fmt.Errorf("workspace: %w", err)
	}
	for _, f := range old {
		if len(files[f.Name()]) == 0 {
			if err := hackpadfs.Remove(fsys, Dir+"/"+f.Name()); err != nil {
				return fmt.Errorf("workspace: %w", err)
			}
		}
	}
	for name, data := range files {
		if len(data) == 0 {
			continue
		}
		if err := hackpadfs.WriteFullFile(fsys, Dir+"/"+name, data, 0o644); err != nil {
			return fmt.Errorf("workspace: %w", err)
		}
	}
	return nil
}

// chain is one side's certificates as PEM: those it sent, or the root that the
// peer trusts.
func chain(t *trace.Trace, from trace.Side, root bool) []byte {
	var out []byte
	for _, c := range t.Certificates {
		if c.From == from && (c.Role == "root") == root {
			out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.DER.Data})...)
		}
	}
	return out
}

// List is the files of the run by name.
func List(fsys hackpadfs.FS) ([]fs.FileInfo, error) {
	entries, err := hackpadfs.ReadDir(fsys, Dir)
	if err != nil {
		return nil, fmt.Errorf("workspace: %w", err)
	}
	var all []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("workspace: %w", err)
		}
		all = append(all, info)
	}
	return all, nil
}

// Read is the content of a file of the run.
func Read(fsys hackpadfs.FS, name string) ([]byte, error) {
	data, err := hackpadfs.ReadFile(fsys, Dir+"/"+name)
	if err != nil {
		return nil, fmt.Errorf("workspace: %w", err)
	}
	return data, nil
}
