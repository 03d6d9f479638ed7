// Package embedded carries the presets inside the program, for tests and tools.
// The page leaves it out and fetches the same text as a file.
package embedded

import _ "embed"

// Text is all presets, for [presets.Parse].
//
//go:embed presets.txt
var Text string
