package dissect

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// FingerprintSet holds the names by which networks recognise client software from
// the choices that its ClientHello shows.
type FingerprintSet struct {
	JA3     string // version, suites, extensions, groups and point formats, in decimal
	JA3Hash string // the MD5 of JA3
	JA4     string
	JA4Raw  string // JA4 before hashing, "JA4_r"
	Steps   []FingerprintStep
}

// FingerprintStep is one part of a fingerprint and how it came about.
type FingerprintStep struct {
	Of    string // JA3 or JA4
	Value string
	How   string
}

// offer is what the fingerprints are made of, GREASE left out.
type offer struct {
	version    uint16
	suites     []uint16
	extensions []uint16
	groups     []uint16
	formats    []uint16
	schemes    []uint16
	versions   []uint16
	alpn       []byte
}

// readOffer collects from a tree of a ClientHello over data.
func readOffer(clientHello *trace.Node, data []byte) (o offer) {
	read := func(n *trace.Node) (v uint16) {
		for _, b := range data[n.Off:n.End()] {
			v = v<<8 | uint16(b)
		}
		return v
	}
	add := func(list *[]uint16, n *trace.Node) {
		if v := read(n); n.Len == 1 || !registry.IsGREASE(v) {
			*list = append(*list, v)
		}
	}
	clientHello.Walk(func(n *trace.Node) bool {
		if n.Off < 0 || n.End() > len(data) {
			return false
		}
		switch n.ID {
		case "client_hello.legacy_version":
			o.version = read(n)
		case "client_hello.cipher_suite":
			add(&o.suites, n)
		case "extension.type":
			add(&o.extensions, n)
		case "supported_groups.named_group":
			add(&o.groups, n)
		case "ec_point_formats.ec_point_format":
			add(&o.formats, n)
		case "signature_algorithms.signature_scheme":
			add(&o.schemes, n)
		case "supported_versions.version":
			add(&o.versions, n)
		case "application_layer_protocol_negotiation.protocol_name":
			if o.alpn == nil {
				o.alpn = data[n.Off:n.End()]
			}
		}
		return true
	})
	return o
}

// Fingerprints computes JA3 and JA4 of a ClientHello, from its tree over data.
func Fingerprints(clientHello *trace.Node, data []byte) FingerprintSet {
	o := readOffer(clientHello, data)
	var f FingerprintSet
	f.ja3(o)
	f.ja4(o)
	return f
}

func (f *FingerprintSet) step(of, value, how string) string {
	f.Steps = append(f.Steps, FingerprintStep{of, value, how})
	return value
}

// ja3 is Salesforce's JA3: five lists in decimal, joined by "-" inside and ","
// between, then MD5.
func (f *FingerprintSet) ja3(o offer) {
	f.JA3 = strings.Join([]string{
		f.step("JA3", strconv.Itoa(int(o.version)), "legacy_version, in decimal"),
		f.step("JA3", decimals(o.suites), "the cipher suites in the order of the message, without GREASE"),
		f.step("JA3", decimals(o.extensions), "the extension types in the order of the message, without GREASE"),
		f.step("JA3", decimals(o.groups), "the supported groups, without GREASE"),
		f.step("JA3", decimals(o.formats), "the EC point formats"),
	}, ",")
	sum := md5.Sum([]byte(f.JA3))
	f.JA3Hash = f.step("JA3", hex.EncodeToString(sum[:]), "MD5 of the five parts, joined by commas")
}

// ja4 is FoxIO's JA4 (the TLS client fingerprint, BSD licence): a readable part and
// two hashes, the lists sorted so that shuffling extensions does not change it.
func (f *FingerprintSet) ja4(o offer) {
	highest := o.version
	if len(o.versions) > 0 {
		highest = slices.Max(o.versions)
	}
	sni := "i"
	if slices.Contains(o.extensions, 0) {
		sni = "d"
	}
	a := f.step("JA4", "t", "TLS over TCP") +
		f.step("JA4", ja4Version(highest), "the highest version offered, without GREASE") +
		f.step("JA4", sni, "d: a server name (domain) is there; i: none (IP address)") +
		f.step("JA4", two(len(o.suites)), "how many cipher suites, without GREASE") +
		f.step("JA4", two(len(o.extensions)), "how many extensions, without GREASE") +
		f.step("JA4", ja4ALPN(o.alpn), "the first and last character of the first ALPN protocol")

	suites := sortedHexes(o.suites)
	var kept []uint16
	for _, x := range o.extensions {
		if x != 0 && x != 16 {
			kept = append(kept, x)
		}
	}
	rest := sortedHexes(kept)
	if len(o.schemes) > 0 {
		rest += "_" + hexes(o.schemes)
	}
	f.JA4Raw = a + "_" + suites + "_" + rest
	b := f.step("JA4", ja4Hash(suites, len(o.suites)), "SHA-256 of the cipher suites, sorted, in hexadecimal, joined by commas; its first 12 digits")
	c := f.step("JA4", ja4Hash(rest, len(o.extensions)), "SHA-256 of the extension types without server_name and ALPN, sorted, then _ and the signature schemes in the order of the message; its first 12 digits")
	f.JA4 = a + "_" + b + "_" + c
}

func ja4Version(v uint16) string {
	switch v {
	case 0x0304:
		return "13"
	case 0x0303:
		return "12"
	case 0x0302:
		return "11"
	case 0x0301:
		return "10"
	case 0x0300:
		return "s3"
	case 0x0002:
		return "s2"
	}
	return "00"
}

// ja4ALPN is two characters of the protocol's name, or of its hexadecimal form
// when they are not letters or digits.
func ja4ALPN(name []byte) string {
	if len(name) == 0 {
		return "00"
	}
	first, last := name[0], name[len(name)-1]
	if alphanumeric(first) && alphanumeric(last) {
		return string([]byte{first, last})
	}
	digits := hex.EncodeToString(name)
	return digits[:1] + digits[len(digits)-1:]
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func ja4Hash(s string, n int) string {
	if n == 0 {
		return "000000000000"
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

func two(n int) string {
	n = min(n, 99)
	return string([]byte{'0' + byte(n/10), '0' + byte(n%10)})
}

func decimals(list []uint16) string {
	b := make([]byte, 0, 6*len(list))
	for i, v := range list {
		if i > 0 {
			b = append(b, '-')
		}
		b = strconv.AppendUint(b, uint64(v), 10)
	}
	return string(b)
}

// sortedHexes is hexes in ascending order, which is that of the texts too.
func sortedHexes(list []uint16) string {
	words := strings.Split(hexes(list), ",")
	slices.Sort(words)
	return strings.Join(words, ",")
}

func hexes(list []uint16) string {
	b := make([]byte, 0, 5*len(list))
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = hex.AppendEncode(b, []byte{byte(v >> 8), byte(v)})
	}
	return string(b)
}
