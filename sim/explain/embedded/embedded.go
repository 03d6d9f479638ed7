// Package embedded carries the texts inside the program. The page leaves it out
// and fetches them as a file, in order: see [explain.Sorted].
package embedded

import (
	"embed"
	"io/fs"
	"path"
	"sync"

	"tlsplay/sim/explain"
)

//go:embed texts/*.txt
var files embed.FS

// Data is all texts as one file, for [explain.Parse] and [explain.Sorted].
func Data() []byte {
	names, err := fs.Glob(files, "texts/*.txt")
	if err != nil {
		panic(err) // the pattern is constant
	}
	var all []byte
	for _, name := range names { // in alphabetical order
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // the file is part of the program
		}
		all = append(all, "\n@ "+path.Base(name)+"\n"...)
		all = append(all, text...)
	}
	return all
}

// Texts is the texts, parsed once. The tests hold them to be free of errors.
var Texts = sync.OnceValue(func() *explain.Texts {
	t, err := explain.Parse(Data())
	if err != nil {
		panic(err)
	}
	return t
})
