package bundle

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"
)

// Gzip compresses as small as gzip can, and the same every time.
func Gzip(b []byte) []byte {
	return compressed(b, func(w io.Writer) io.WriteCloser {
		z, _ := gzip.NewWriterLevel(w, gzip.BestCompression)
		return z
	})
}

// Brotli compresses as small as brotli can, which takes its time: some two
// seconds a megabyte. The window is the largest that browsers must know (RFC
// 7932, Section 9.1), as large as the wasm.
func Brotli(b []byte) []byte {
	return compressed(b, func(w io.Writer) io.WriteCloser {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
	})
}

func compressed(b []byte, to func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	w := to(&out)
	w.Write(b) // neither fails: out is memory
	w.Close()
	return out.Bytes()
}

// writeFile writes name unless it holds b already, and whole or not at all.
func writeFile(name string, b []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, b) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	defer os.Remove(f.Name())
	_, werr := f.Write(b)
	err = errors.Join(werr, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	return nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
