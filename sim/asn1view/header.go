package asn1view

import "strconv"

// The classes of a tag. X.690, Section 8.1.2.2.
const (
	universal   = 0
	application = 1
	context     = 2
	private     = 3
)

// Universal tags. ITU-T X.680, Section 8.4.
const (
	tagBoolean      = 1
	tagInteger      = 2
	tagBitString    = 3
	tagOctetString  = 4
	tagNull         = 5
	tagOID          = 6
	tagEnumerated   = 10
	tagUTF8String   = 12
	tagRelativeOID  = 13
	tagSequence     = 16
	tagSet          = 17
	tagNumeric      = 18
	tagPrintable    = 19
	tagT61          = 20
	tagIA5          = 22
	tagUTCTime      = 23
	tagGeneralized  = 24
	tagVisible      = 26
	tagGeneral      = 27
	tagUniversalStr = 28
	tagBMP          = 30
)

var universalNames = [...]string{
	tagBoolean: "BOOLEAN", tagInteger: "INTEGER", tagBitString: "BIT STRING",
	tagOctetString: "OCTET STRING", tagNull: "NULL", tagOID: "OBJECT IDENTIFIER",
	7: "ObjectDescriptor", 8: "EXTERNAL", 9: "REAL",
	tagEnumerated: "ENUMERATED", 11: "EMBEDDED PDV", tagUTF8String: "UTF8String", tagRelativeOID: "RELATIVE-OID",
	tagSequence: "SEQUENCE", tagSet: "SET", tagNumeric: "NumericString",
	tagPrintable: "PrintableString", tagT61: "TeletexString", 21: "VideotexString",
	tagIA5: "IA5String", tagUTCTime: "UTCTime", tagGeneralized: "GeneralizedTime",
	25: "GraphicString", tagVisible: "VisibleString", tagGeneral: "GeneralString",
	tagUniversalStr: "UniversalString", 29: "CHARACTER STRING", tagBMP: "BMPString",
}

// header is the tag and the length of an element.
type header struct {
	class       int
	constructed bool
	number      int
	tag         int // bytes of the tag
	length      int // bytes of tag and length
	size        int // bytes of the element
	indefinite  bool
	longTag     bool
	longLength  bool
	universal   bool // number tells how to decode
}

// parse reads what is at the front of b and says what is wrong with it. The size
// that it finds can exceed b. X.690, Sections 8.1.2 and 8.1.3.
func (h *header) parse(b []byte) (problem string) {
	if len(b) < 2 {
		return "truncated: no element is shorter than 2 bytes"
	}
	h.class, h.constructed, h.number = int(b[0]>>6), b[0]&0x20 != 0, int(b[0]&0x1f)
	i := 1
	if h.number == 0x1f {
		h.number = 0
		for {
			if i == len(b) {
				return "truncated in a tag"
			}
			if i > 4 {
				return "a tag of more than 4 bytes"
			}
			h.number = h.number<<7 | int(b[i]&0x7f)
			i++
			if b[i-1]&0x80 == 0 {
				break
			}
		}
		h.longTag = h.number < 0x1f || b[1] == 0x80
	}
	h.tag = i
	if i == len(b) {
		return "truncated: the length is missing"
	}
	n := int(b[i])
	i++
	switch {
	case n == 0x80:
		if !h.constructed {
			return "an indefinite length, but not constructed"
		}
		h.indefinite, n = true, 0
	case n > 0x80:
		k := n & 0x7f
		if k > len(b)-i {
			return "truncated in a length"
		}
		first := b[i]
		n = 0
		for _, c := range b[i : i+k] {
			if n >= 1<<23 {
				return "a length of more than 2 GB"
			}
			n = n<<8 | int(c)
		}
		i += k
		h.longLength = n < 0x80 || first == 0
	}
	h.length, h.size = i, i+n
	return ""
}

// structured tells whether elements with that universal tag are constructed.
func structured(number int) bool {
	return number == tagSequence || number == tagSet || number == 8 || number == 11 || number == 29
}

// describe is the tag in ASN.1's notation.
func (h *header) describe() string {
	switch h.class {
	case universal:
		if h.number < len(universalNames) && universalNames[h.number] != "" {
			return universalNames[h.number]
		}
		return "[UNIVERSAL " + strconv.Itoa(h.number) + "]"
	case application:
		return "[APPLICATION " + strconv.Itoa(h.number) + "]"
	case private:
		return "[PRIVATE " + strconv.Itoa(h.number) + "]"
	}
	return "[" + strconv.Itoa(h.number) + "]"
}

// wellFormed tells whether b is one element in DER, to its innermost part, of a
// kind that is met inside strings.
func wellFormed(b []byte) bool {
	var h header
	return h.parse(b) == "" && h.class == universal && h.number != 0 && h.size == len(b) && nested(b, 0)
}

// nested tells whether b is elements in DER and nothing else.
func nested(b []byte, depth int) bool {
	for len(b) > 0 {
		var h header
		if h.parse(b) != "" || h.size > len(b) || h.indefinite || h.longTag || h.longLength || depth > maxDepth {
			return false
		}
		if h.class == universal {
			if structured(h.number) != h.constructed || h.number >= len(universalNames) || universalNames[h.number] == "" {
				return false
			}
		}
		if h.constructed && !nested(b[h.length:h.size], depth+1) {
			return false
		}
		b = b[h.size:]
	}
	return true
}
