package asn1view

// Span is where an object lies in another one.
type Span struct {
	Kind        Kind
	Offset, End int
}

// Bundled lists the certificates and revocation lists inside the SignedData of a
// PKCS #7 object, as far as it can be read. RFC 5652, Section 5.1.
func Bundled(der []byte) (spans []Span) {
	at := 0
	enter := func(limit int) (end int) { // go inside the element at the front
		var h header
		if h.parse(der[at:limit]) != "" || !h.constructed {
			at = limit
			return limit
		}
		end = limit
		if !h.indefinite {
			end = min(at+h.size, limit)
		}
		at += h.length
		return end
	}
	whole := enter(len(der))     // ContentInfo
	at += skip(der[at:whole], 0) // contentType
	whole = enter(enter(whole))  // [0] EXPLICIT, SignedData
	for range 3 {                // version, digestAlgorithms, encapContentInfo
		at += skip(der[at:whole], 0)
	}
	for _, kind := range []Kind{Certificate, RevocationList} {
		var h header
		if h.parse(der[at:whole]) != "" || h.class != context {
			return spans
		} else if h.number == 1 {
			kind = RevocationList
		}
		end := enter(whole)
		for at < end {
			n := skip(der[at:end], 0)
			if n == 0 {
				return spans
			}
			if der[at] == 0 && n == 2 { // the end of an indefinite length
				at += n
				break
			}
			if der[at] == 0x30 {
				spans = append(spans, Span{kind, at, at + n})
			}
			at += n
		}
	}
	return spans
}

// skip is the number of bytes of the element at the front of b, as far as they
// are there; 0 if there is none.
func skip(b []byte, depth int) int {
	var h header
	switch {
	case h.parse(b) != "" || depth > maxDepth:
		return 0
	case !h.indefinite:
		return min(h.size, len(b))
	}
	at := h.length
	for at < len(b) {
		n := skip(b[at:], depth+1)
		if n == 0 {
			return len(b)
		}
		if at += n; n == 2 && b[at-2] == 0 && b[at-1] == 0 {
			return at
		}
	}
	return len(b)
}

// Size is the number of bytes of the element at the front of b, at most those
// that are there; 0 if there is none.
func Size(b []byte) int { return skip(b, 0) }
