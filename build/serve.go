package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"tlsplay/build/bundle"
)

func runServe(root string, args []string) error {
	fs := newFlags("serve")
	addr := fs.String("addr", "localhost:8080", "where to listen")
	if err := fs.Parse(args); err != nil {
		return err
	}
	// Taking the port first fails early; visitors wait until the build is done.
	l, err := net.Listen("tcp", *addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("build: %s is taken by another program: stop it, or choose another, such as -addr localhost:8081", *addr)
	}
	if err != nil {
		return fmt.Errorf("build: cannot listen: %w", err)
	}
	defer l.Close()
	if _, err := build(root, true); err != nil {
		return err
	}
	say("open http://%s (stop with Ctrl-C)", *addr)
	s := &http.Server{
		Handler:           bundle.Handler(filepath.Join(root, "dist")),
		ReadHeaderTimeout: 10 * time.Second,
	}
	return fmt.Errorf("build: %w", s.Serve(l))
}
