package main

import "path/filepath"

func runPack(root string, args []string) error {
	fs := newFlags("pack")
	out := fs.String("o", filepath.Join(root, "dist", "tls-playground.html"), "the file to write")
	if err := fs.Parse(args); err != nil {
		return err
	}
	b, err := build(root, true)
	if err != nil {
		return err
	}
	return b.Pack(*out)
}
