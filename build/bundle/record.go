package bundle

import "encoding/binary"

// RecordAt is where a recording wasm notes in its memory which of its functions have
// been called: a bit each, from the lowest of the first byte on, up to RecordEnd. It is
// in the page that Go leaves empty, so that what is nil points to nothing.
const RecordAt, RecordEnd = 1024, 4096

// record is a wasm that notes its calls.
func record(wasm []byte) ([]byte, error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, err
	}
	if len(m.bodies) > 8*(RecordEnd-RecordAt) {
		return nil, errWasm
	}
	var bodies [][]byte
	for i, body := range m.bodies {
		locals := len(body) - len(behindLocals(body).b)
		at := uint64(RecordAt + i/8)
		b := append([]byte(nil), body[:locals]...)
		b = append(b, opI32Const, 0, opI32Const, 0, opI32Load8U, 0)
		b = append(binary.AppendUvarint(b, at), opI32Const)
		b = append(appendInt(b, 1<<(i%8)), opI32Or, opI32Store8, 0)
		b = append(binary.AppendUvarint(b, at), body[locals:]...)
		bodies = append(bodies, b)
	}
	out := []byte(header)
	for _, s := range m.all {
		if s.kind == codeSection {
			s.body = code(bodies)
		}
		out = appendSection(out, s.kind, s.body)
	}
	return out, nil
}

// Called are the names of the functions that a recording wasm has noted, but for those
// that the first part has anyway. Bits are what is in its memory from RecordAt on.
func (b *Bundle) Called(bits []byte) (names []string) {
	for i, name := range b.Functions {
		if i/8 < len(bits) && bits[i/8]>>(i%8)&1 == 1 && !always(name) {
			names = append(names, name)
		}
	}
	return names
}
