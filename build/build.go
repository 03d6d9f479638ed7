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
	src, err := source(root)
	if err != nil {
		return nil, err
	}
	b, err := bundle.Load(src, say)
	if err != nil {
		return nil, err
	}
	return b, b.Write(filepath.Join(root, "dist"), quick)
}

// source is what the page is made of.
func source(root string) (bundle.Source, error) {
	regions, err := prerender(root)
	if err != nil {
		return bundle.Source{}, err
	}
	texts, err := explain.Sorted(embedded.Data())
	return bundle.Source{
		Root:      root,
		Site:      "site",
		Package:   "./wasm",
		First:     firstFunctions(),
		Prerender: regions,
		Extra:     map[string][]byte{"texts.txt": texts, "presets.txt": []byte(presets.Text)},
	}, err
}
