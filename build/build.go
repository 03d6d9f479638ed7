package main

import (
	"path/filepath"

	"tlsplay/build/bundle"
	"tlsplay/sim/explain"
	"tlsplay/sim/explain/embedded"
	presets "tlsplay/sim/presets/embedded"
)

func runBuild(root string, args []string) error {
	fs := newFlags("build")
	quick := fs.Bool("quick", false, "no brotli, which takes most of the time")
	if err := fs.Parse(args); err != nil {
		return err
	}
	_, err := build(root, *quick)
	return err
}

// build brings dist/ up to date.
func build(root string, quick bool) (*bundle.Bundle, error) {
	regions, err := prerender(root)
	if err != nil {
		return nil, err
	}
	texts, err := explain.Sorted(embedded.Data())
	if err != nil {
		return nil, err
	}
	b, err := bundle.Load(bundle.Source{
		Root:      root,
		Site:      "site",
		Package:   "./wasm",
		Prerender: regions,
		Extra:     map[string][]byte{"texts.txt": texts, "presets.txt": []byte(presets.Text)},
	}, say)
	if err != nil {
		return nil, err
	}
	return b, b.Write(filepath.Join(root, "dist"), quick)
}
