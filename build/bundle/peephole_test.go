package bundle

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// Bodies of functions, without their locals and the two instructions that all here
// begin with. Expected is what the WebAssembly specification says does the same.
func TestTighten(t *testing.T) {
	const sp8 = "\x20\x01\xad\x42\x08\x7c\xa7" // local.get 1, i64.extend_i32_u, i64.const 8, i64.add, i32.wrap_i64
	for name, c := range map[string]struct{ in, want string }{
		"a store":                        {sp8 + "\x42\x05\x37\x03\x00\x0b", "\x20\x01\x42\x05\x37\x03\x08\x0b"},
		"a load":                         {sp8 + "\x29\x03\x10\x21\x02\x0b", "\x20\x01\x29\x03\x18\x21\x02\x0b"},
		"a load to store":                {sp8 + sp8 + "\x29\x03\x00\x37\x03\x00\x0b", "\x20\x01\x20\x01\x29\x03\x08\x37\x03\x08\x0b"},
		"a store of a sum":               {sp8 + "\x42\x01\x42\x02\x7c\x37\x03\x00\x0b", "\x20\x01\x42\x01\x42\x02\x7c\x37\x03\x08\x0b"},
		"a large number":                 {"\x20\x01\xad\x42\x80\x01\x7c\xa7\x29\x03\x08\x0b", "\x20\x01\x29\x03\x88\x01\x0b"},
		"a negative one stays a sum":     {"\x20\x01\xad\x42\x78\x7c\xa7\x29\x03\x00\x0b", "\x20\x01\x41\x78\x6a\x29\x03\x00\x0b"},
		"an address that is kept":        {sp8 + "\x22\x02\x29\x03\x00\x0b", "\x20\x01\x41\x08\x6a\x22\x02\x29\x03\x00\x0b"},
		"an address that is a value":     {"\x20\x02" + sp8 + "\x36\x02\x00\x0b", "\x20\x02\x20\x01\x41\x08\x6a\x36\x02\x00\x0b"},
		"control comes between":          {sp8 + "\x02\x40\x0b\x42\x05\x37\x03\x00\x0b", "\x20\x01\x41\x08\x6a\x02\x40\x0b\x42\x05\x37\x03\x00\x0b"},
		"a call comes between":           {sp8 + "\x10\x05\x37\x03\x00\x0b", "\x20\x01\x41\x08\x6a\x10\x05\x37\x03\x00\x0b"},
		"not the stack pointer":          {"\x20\x02\xad\x42\x08\x7c\xa7\x29\x03\x00\x0b", "\x20\x02\x41\x08\x6a\x29\x03\x00\x0b"},
		"a copy of memory":               {sp8 + "\x20\x02\x41\x10\xfc\x0a\x00\x00\x0b", "\x20\x01\x41\x08\x6a\x20\x02\x41\x10\xfc\x0a\x00\x00\x0b"},
		"the lower half":                 {"\x20\x02\x29\x03\x08\xa7\x0b", "\x20\x02\x28\x02\x08\x0b"},
		"the lower half, of the stack":   {sp8 + "\x29\x03\x08\xa7\x0b", "\x20\x01\x28\x02\x10\x0b"},
		"32 bits, with and without sign": {"\x20\x02\x35\x02\x00\xa7\x20\x02\x34\x02\x00\xa7\x0b", "\x20\x02\x28\x02\x00\x20\x02\x28\x02\x00\x0b"},
		"8 bits, with and without sign":  {"\x20\x02\x30\x00\x00\xa7\x20\x02\x31\x00\x00\xa7\x0b", "\x20\x02\x2c\x00\x00\x20\x02\x2d\x00\x00\x0b"},
		"16 bits":                        {"\x20\x02\x32\x01\x00\xa7\x20\x02\x33\x01\x00\xa7\x0b", "\x20\x02\x2e\x01\x00\x20\x02\x2f\x01\x00\x0b"},
		"a number":                       {"\x42\xff\x00\xa7\x0b", "\x41\xff\x00\x0b"},
		"a number of more than 32 bits":  {"\x42\x80\x80\x80\x80\x10\xa7\x0b", "\x42\x80\x80\x80\x80\x10\xa7\x0b"},
		"a test":                         {"\x20\x01\xad\x50\x0b", "\x20\x01\x45\x0b"},
		"what is not known":              {sp8 + "\x29\x03\x00\xfd\x00\x0b", sp8 + "\x29\x03\x00\xfd\x00\x0b"},
		"an end in the midst":            {sp8 + "\x29\x03", sp8 + "\x29\x03"},
	} {
		code := func(body string) []byte {
			body = "\x01\x03\x7e" + string(spCopied) + body
			return append(binary.AppendUvarint([]byte{1}, uint64(len(body))), body...)
		}
		got, err := tighten(code(c.in))
		if err != nil || !bytes.Equal(got, code(c.want)) {
			t.Errorf("%s: % x, %v, want % x", name, got, err, code(c.want))
		}
		if again, err := tighten(got); err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: % x a second time, not % x: %v", name, again, got, err)
		}
	}
	// Where local 1 is something else, nothing is known of it.
	other := []byte("\x01\x09\x00\x20\x01\xad\x42\x08\x7c\xa7\x0b")
	if got, err := tighten(other); err != nil || !bytes.Equal(got, other) {
		t.Errorf("% x, %v, want % x", got, err, other)
	}
}

// Whatever the code section is, it is an error or it stays one.
func FuzzTighten(f *testing.F) {
	f.Add([]byte("\x01\x0d\x00\x23\x00\x21\x01\x20\x01\xad\x42\x08\x7c\xa7\x0b"))
	f.Fuzz(func(t *testing.T, code []byte) {
		got, err := tighten(code)
		if err != nil {
			return
		}
		a, b := &wasmReader{b: code}, &wasmReader{b: got}
		if n, m := a.uint(), b.uint(); n != m {
			t.Fatalf("%d functions, and there were %d", m, n)
		}
		if len(got) > len(code) {
			t.Fatalf("%d bytes, and there were %d", len(got), len(code))
		}
	})
}
