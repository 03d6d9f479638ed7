package bundle

import (
	"maps"
	"testing"
)

func TestFunctionSizes(t *testing.T) {
	module := []byte("\x00asm\x01\x00\x00\x00" +
		"\x02\x01\x01" + // imports: one
		"\x0a\x06\x02" + "\x02ab" + "\x01c" + // code: two functions, of 2 and 1 bytes
		"\x00\x11" + "\x04name" + // names
		"\x01\x0a\x02" + "\x01\x02f1" + "\x02\x03f.2")
	got, err := FunctionSizes(module)
	want := map[string]int{"f1": 2, "f.2": 1}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for n := range module {
		FunctionSizes(module[:n]) // must not panic
	}
	if _, err := FunctionSizes(module[:20]); err == nil {
		t.Error("half a module is no error")
	}
}
