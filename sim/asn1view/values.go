package asn1view

import (
	"encoding/hex"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"tlsplay/sim/dissect"
	"tlsplay/sim/trace"
)

// primitive reads the value of an element that is not constructed.
func (r *reader) primitive(n *trace.Node, off int, h *header, t *typ) (oid string) {
	b := r.data[off:n.End()]
	switch {
	case !h.universal:
		n.Value = textOrHex(b)
	case h.number == tagSequence || h.number == tagSet:
		wrong(n, "a "+universalNames[h.number]+" that is not constructed")
	case h.number == tagOctetString:
		return r.octets(n, off, t)
	case h.number == tagBitString:
		return r.bits(n, off, t)
	case h.number == tagOID:
		dotted, problem := DecodeOID(b)
		if problem != "" {
			wrong(n, problem)
		}
		n.Value, oid = dotted, dotted
		if name := OIDName(dotted); name != "" {
			n.Value += " (" + name + ")"
		}
	case t.secret:
		n.Value = count(len(b), "byte")
	default:
		var problem string
		if n.Value, problem = value(h.number, b, t.names); problem != "" {
			wrong(n, problem)
		}
	}
	if len(b) > 0 {
		adopt(n, r.node(idContent, off, n.End()))
	}
	return oid
}

// value is a primitive value in words, and what is wrong with it.
func value(tag int, b []byte, names []string) (v, problem string) {
	switch tag {
	case tagBoolean:
		return boolean(b)
	case tagInteger, tagEnumerated:
		return integer(b, names)
	case tagNull:
		if len(b) > 0 {
			return hexOrCount(b), "a NULL that holds bytes"
		}
		return "NULL", ""
	case tagUTCTime, tagGeneralized:
		t, ok := ParseTime(b)
		if !ok {
			return text(b), "no time in the form that DER demands"
		}
		return FormatTime(t), ""
	}
	if s, ok := decodeString(tag, b); ok {
		return Visible(cut(s)), ""
	} else if tag < len(universalNames) && tag >= tagUTF8String && tag != tagRelativeOID {
		return text(b), "characters that a " + universalNames[tag] + " can't hold"
	}
	return textOrHex(b), ""
}

// boolean: DER has 00 and ff alone. X.690, Section 11.1.
func boolean(b []byte) (v, problem string) {
	switch {
	case len(b) != 1:
		return hexOrCount(b), "a BOOLEAN takes one byte"
	case b[0] == 0:
		return "FALSE", ""
	case b[0] != 0xff:
		return "TRUE", "a TRUE other than ff, which DER demands"
	}
	return "TRUE", ""
}

// integer shows small numbers in decimal and the others by their size.
func integer(b []byte, names []string) (v, problem string) {
	if len(b) == 0 {
		return "", "an INTEGER without a byte"
	}
	if len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		problem = "not in the shortest form, which DER demands"
	}
	switch {
	case len(b) <= 8:
		n := int64(int8(b[0]))
		for _, c := range b[1:] {
			n = n<<8 | int64(c)
		}
		v = strconv.FormatInt(n, 10)
		if n >= 0 && n < int64(len(names)) && names[n] != "" {
			v += " (" + names[n] + ")"
		}
	case len(b) <= 32:
		v = "0x" + hex.EncodeToString(b)
		if b[0] >= 0x80 {
			v += ", negative"
		}
	default:
		v = strconv.Itoa(new(big.Int).SetBytes(b[:1]).BitLen()+8*(len(b)-1)) + " bits"
		if b[0] == 0 {
			v = strconv.Itoa(new(big.Int).SetBytes(b[1:2]).BitLen()+8*(len(b)-2)) + " bits"
		}
	}
	return v, problem
}

// octets opens an OCTET STRING where it holds an element.
func (r *reader) octets(n *trace.Node, off int, t *typ) (oid string) {
	b := r.data[off:n.End()]
	switch {
	case t.name == "SignedCertificateTimestampList":
		if len(b) == 0 {
			return ""
		}
		m := dissect.SCTList(r.buf, off, n.End())
		adopt(n, m)
		n.Value = m.Value
		return ""
	case t.name == "IP":
		var ok bool
		if n.Value, ok = address(b); !ok {
			wrong(n, "an address of "+count(len(b), "byte"))
		}
	case t.secret:
		n.Value = count(len(b), "byte")
	default:
		if r.inside(n, off, t, false) {
			return ""
		}
		n.Value = hexOrCount(b)
	}
	if len(b) > 0 {
		adopt(n, r.node(idContent, off, n.End()))
	}
	return ""
}

// bits opens a BIT STRING where it holds an element. X.690, Sections 8.6 and
// 11.2.
func (r *reader) bits(n *trace.Node, off int, t *typ) (oid string) {
	if off == n.End() {
		wrong(n, "a BIT STRING without a byte")
		return ""
	}
	unused, b := int(r.data[off]), r.data[off+1:n.End()]
	u := r.node(idUnusedBits, off, off+1)
	u.Value = strconv.Itoa(unused)
	adopt(n, u)
	off++
	switch {
	case unused > 7 || unused > 0 && len(b) == 0:
		wrong(u, "more unused bits than there are")
	case unused > 0 && b[len(b)-1]<<(8-unused) != 0:
		wrong(n, "unused bits that are not zero, as DER demands")
	case t.names != nil:
		if n.Value = namedBits(b, t.names); len(b) > 0 && b[len(b)-1]>>unused&1 == 0 {
			wrong(n, "zeros at its end, which DER leaves out")
		}
	case unused == 0 && r.inside(n, off, t, true):
		return ""
	}
	if n.Value == "" {
		n.Value = count(8*len(b)-unused, "bit")
	}
	if len(b) > 0 {
		adopt(n, r.node(idContent, off, n.End()))
	}
	return ""
}

func namedBits(b []byte, names []string) string {
	var on []string
	for i := range min(8*len(b), 64) {
		if b[i/8]&(0x80>>(i%8)) == 0 {
			continue
		}
		if i < len(names) {
			on = append(on, names[i])
		} else {
			on = append(on, "bit "+strconv.Itoa(i))
		}
	}
	if on == nil {
		return "none"
	}
	return strings.Join(on, ", ")
}

// inside reads what the string n holds as an element: always where the schema
// says which, else where it is one to the last byte.
func (r *reader) inside(n *trace.Node, off int, t *typ, structured bool) bool {
	b := r.data[off:n.End()]
	if len(b) == 0 || r.depth >= maxDepth || r.nodes >= maxNodes {
		return false
	}
	elem, id := t.elem, trace.FieldID("")
	switch {
	case t.kind != anything && t.kind != octetsOf && t.kind != bitsOf:
		return false
	case elem == nil || elem.kind == anything || elem.kind == open:
		if structured && b[0] != 0x30 || !wellFormed(b) {
			return false
		}
		elem = anyType
	case elem.name == "RAW":
		return false
	default:
		id = elem.id
	}
	r.depth++
	m, _ := r.element(off, n.End(), elem, id, false)
	r.depth--
	n.Value = m.Value
	adopt(n, m)
	if m.End() < n.End() {
		adopt(n, r.leftOver(m.End(), n.End(), "left over: one element should be here"))
	}
	return true
}

// ParseTime reads a UTCTime or a GeneralizedTime of a certificate, without
// fractions and in UTC. RFC 5280, Section 4.1.2.5.
func ParseTime(b []byte) (t time.Time, ok bool) {
	digits, z := len(b)-1, len(b)-1
	if digits != 12 && digits != 14 || b[z] != 'Z' {
		return t, false
	}
	var n [7]int
	for i, c := range b[:digits] {
		if c < '0' || c > '9' {
			return t, false
		}
		n[(i+14-digits)/2] = n[(i+14-digits)/2]*10 + int(c-'0')
	}
	year := 100*n[0] + n[1]
	if digits == 12 {
		if year = n[1] + 1900; n[1] < 50 {
			year += 100
		}
	}
	t = time.Date(year, time.Month(n[2]), n[3], n[4], n[5], n[6], 0, time.UTC)
	return t, t.Month() == time.Month(n[2]) && t.Day() == n[3] && t.Hour() == n[4] && t.Minute() == n[5] && t.Second() == n[6]
}

// FormatTime is a time of a certificate for people.
func FormatTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// address is an IP address, or with a mask behind it a network.
func address(b []byte) (string, bool) {
	if a, ok := netip.AddrFromSlice(b); ok {
		return a.String(), true
	}
	if a, ok := netip.AddrFromSlice(b[:len(b)/2]); ok && len(b)%2 == 0 {
		ones, mask := 0, b[len(b)/2:]
		for ones < 8*len(mask) && mask[ones/8]&(0x80>>(ones%8)) != 0 {
			ones++
		}
		p := netip.PrefixFrom(a, ones)
		for i := ones; i < 8*len(mask); i++ {
			if mask[i/8]&(0x80>>(i%8)) != 0 {
				m, _ := netip.AddrFromSlice(mask)
				return a.String() + " mask " + m.String(), true
			}
		}
		return p.String(), true
	}
	return hexOrCount(b), false
}

// hexOrCount is a few bytes in hexadecimal, or how many they are.
func hexOrCount(b []byte) string {
	if len(b) <= 64 {
		return hex.EncodeToString(b)
	}
	return count(len(b), "byte")
}

func textOrHex(b []byte) string {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return hexOrCount(b)
		}
	}
	return text(b)
}
