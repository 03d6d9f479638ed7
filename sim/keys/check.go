package keys

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Check it yourself: every step as a command line and as a Go program, with the
// values in place, that prints the step's output.

// opensslDigest is OpenSSL's name of a hash.
func opensslDigest(h crypto.Hash) string {
	switch h {
	case crypto.MD5SHA1:
		return "MD5-SHA1"
	case crypto.SHA256:
		return "SHA256"
	case crypto.SHA384:
		return "SHA384"
	case crypto.SHA512:
		return "SHA512"
	}
	return strings.ReplaceAll(h.String(), "-", "")
}

// Command is a shell command (bash, OpenSSL 3) that prints the output in
// hexadecimal, or empty if there is none: OpenSSL 3.0 has no ML-KEM.
func (s Step) Command() string {
	switch s.Function {
	case FnExtract:
		return s.kdf("HKDF", "mode:EXTRACT_ONLY", hexOpt("hexkey", s.Input("IKM")), hexOpt("hexsalt", s.Input("salt")))
	case FnExpand, FnDerive:
		return s.kdf("HKDF", "mode:EXPAND_ONLY", hexOpt("hexkey", s.Input("Secret")), hexOpt("hexinfo", s.Input("HkdfLabel")))
	case FnPRF:
		return s.kdf("TLS1-PRF", hexOpt("hexsecret", s.Input("secret")), hexOpt("hexseed", join([]byte(s.Label), s.Input("seed"))))
	case FnHMAC:
		return "printf '" + escaped(s.Input("data")) + "' |\n  openssl mac -digest " + opensslDigest(s.Hash) +
			" -macopt " + hexOpt("hexkey", s.Input("key")) + " HMAC"
	case FnCut:
		return "echo " + hex.EncodeToString(s.Input("from")) + " | cut -c" + strconv.Itoa(2*s.offset+1) + "-" + strconv.Itoa(2*(s.offset+len(s.Output)))
	case FnConcat:
		parts := make([]string, len(s.Inputs))
		for i, in := range s.Inputs {
			parts[i] = hex.EncodeToString(in.Value)
		}
		return "printf %s " + strings.Join(parts, " ")
	case FnECDH:
		private, public := s.ecdhKeys()
		if private == "" {
			return ""
		}
		return "openssl pkeyutl -derive -keyform DER -inkey <(echo " + private + " | base64 -d) \\\n" +
			"  -peerform DER -peerkey <(echo " + public + " | base64 -d) | xxd -p -c 99"
	case FnRSA:
		return "echo " + base64.StdEncoding.EncodeToString(s.Input("ciphertext")) + " | base64 -d |\n" +
			"  openssl pkeyutl -decrypt -inkey server.key | xxd -p -c 99"
	}
	return ""
}

// kdf is a command line of openssl kdf.
func (s Step) kdf(name string, opts ...string) string {
	b := "openssl kdf -keylen " + strconv.Itoa(len(s.Output)) + " -kdfopt digest:" + opensslDigest(s.Hash)
	for _, o := range opts {
		b += " \\\n  -kdfopt " + o
	}
	return b + " " + name
}

func hexOpt(name string, value []byte) string { return name + ":" + hex.EncodeToString(value) }

// escaped is b for printf.
func escaped(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		fmt.Fprintf(&out, `\x%02x`, c)
	}
	return out.String()
}

// ecdhKeys are the two keys in DER and base64, as OpenSSL reads them.
func (s Step) ecdhKeys() (private, public string) {
	heads, ok := derHeads[s.Label]
	if !ok {
		return "", ""
	}
	der := func(head string, key []byte) string {
		return base64.StdEncoding.EncodeToString(append([]byte(head), key...))
	}
	return der(heads[0], s.Input("private key")), der(heads[1], s.Input("peer's public key"))
}

// derHeads is what stands before the bytes of a private key in a PKCS #8
// PrivateKeyInfo and of a public one in a SubjectPublicKeyInfo, by curve. (RFC 8410,
// Section 7; RFC 5915, Section 3, without the optional public key.) crypto/x509 would
// write them too, and weigh kilobytes in the wasm.
var derHeads = map[string][2]string{
	"X25519": {
		"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x6e\x04\x22\x04\x20",
		"\x30\x2a\x30\x05\x06\x03\x2b\x65\x6e\x03\x21\x00",
	},
	"P-256": {
		"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20",
		"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
	},
	"P-384": {
		"\x30\x4e\x02\x01\x00\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x04\x37\x30\x35\x02\x01\x01\x04\x30",
		"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00",
	},
	"P-521": {
		"\x30\x60\x02\x01\x00\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x04\x49\x30\x47\x02\x01\x01\x04\x42",
		"\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00",
	},
}

// goHash is a hash as Go code, with its package.
func goHash(h crypto.Hash) (pkg, code string) {
	switch h {
	case crypto.SHA384:
		return "crypto/sha512", "sha512.New384"
	case crypto.SHA512:
		return "crypto/sha512", "sha512.New"
	case crypto.SHA1:
		return "crypto/sha1", "sha1.New"
	case crypto.MD5:
		return "crypto/md5", "md5.New"
	}
	return "crypto/sha256", "sha256.New"
}

// goPHash is P_hash of RFC 5246, Section 5, for programs that need it.
const goPHash = `
func pHash(h func() hash.Hash, secret, seed []byte, n int) []byte {
	mac := func(b ...[]byte) []byte {
		m := hmac.New(h, secret)
		for _, part := range b {
			m.Write(part)
		}
		return m.Sum(nil)
	}
	var out []byte
	for a := mac(seed); len(out) < n; a = mac(a) {
		out = append(out, mac(a, seed)...)
	}
	return out[:n]
}
`

// goTemplates are the bodies of main, by function. $name stands for an input as
// Go code, $hash for the hash function, $len for the length of the output.
var goTemplates = map[string]struct {
	imports []string
	body    string
	extra   string
}{
	FnExtract: {[]string{"crypto/hkdf"}, "out, _ := hkdf.Extract($hash, $IKM, $salt)\n", ""},
	FnExpand:  {[]string{"crypto/hkdf"}, "out, _ := hkdf.Expand($hash, $Secret, string($HkdfLabel), $len)\n", ""},
	FnDerive:  {[]string{"crypto/hkdf"}, "out, _ := hkdf.Expand($hash, $Secret, string($HkdfLabel), $len)\n", ""},
	FnHMAC:    {[]string{"crypto/hmac"}, "mac := hmac.New($hash, $key)\n\tmac.Write($data)\n\tout := mac.Sum(nil)\n", ""},
	FnPRF: {[]string{"crypto/hmac", "hash"}, "secret, seed := $secret, append([]byte($label), $seed...)\n" +
		"\tout := pHash($hash, secret, seed, $len)\n", goPHash},
	"PRF of TLS 1.0": {
		[]string{"crypto/hmac", "crypto/md5", "crypto/sha1", "hash"},
		"secret, seed := $secret, append([]byte($label), $seed...)\n" +
			"\thalf := (len(secret) + 1) / 2\n" +
			"\tout := pHash(md5.New, secret[:half], seed, $len)\n" +
			"\tfor i, b := range pHash(sha1.New, secret[len(secret)-half:], seed, $len) {\n\t\tout[i] ^= b\n\t}\n", goPHash,
	},
	FnCut: {nil, "out := $from[$offset:][:$len]\n", ""},
	FnECDH: {[]string{"crypto/ecdh"}, "private, _ := ecdh.$curve().NewPrivateKey($private)\n" +
		"\tpeer, _ := ecdh.$curve().NewPublicKey($peer)\n\tout, _ := private.ECDH(peer)\n", ""},
	FnDecaps: {[]string{"crypto/mlkem"}, "dk, _ := mlkem.NewDecapsulationKey$kem($seed)\n\tout, _ := dk.Decapsulate($ciphertext)\n", ""},
}

// GoProgram is a Go program that prints the output in hexadecimal, or empty if
// there is none.
func (s Step) GoProgram() string {
	name := s.Function
	if name == FnPRF && s.Hash == crypto.MD5SHA1 {
		name = "PRF of TLS 1.0"
	}
	t, ok := goTemplates[name]
	if !ok && name != FnConcat {
		return ""
	}
	imports := append([]string{"encoding/hex", "fmt"}, t.imports...)
	body := t.body
	if name == FnConcat {
		body = "out := slices.Concat(" + unhexGo(s.Inputs[0].Value) + ", " + unhexGo(s.Inputs[1].Value) + ")\n"
		imports = append(imports, "slices")
	}
	if strings.Contains(body, "$hash") {
		pkg, code := goHash(s.Hash)
		imports = append(imports, pkg)
		body = strings.ReplaceAll(body, "$hash", code)
	}
	// Longer names first: $seed would otherwise match in another name's place.
	for _, r := range [][2]string{
		{"$offset", strconv.Itoa(s.offset)},
		{"$len", strconv.Itoa(len(s.Output))},
		{"$label", strconv.Quote(s.Label)},
		{"$curve", strings.ReplaceAll(s.Label, "-", "")},
		{"$kem", strings.TrimPrefix(s.Label, "ML-KEM-")},
		{"$private", unhexGo(s.Input("private key"))},
		{"$peer", unhexGo(s.Input("peer's public key"))},
	} {
		body = strings.ReplaceAll(body, r[0], r[1])
	}
	for _, in := range s.Inputs {
		body = strings.ReplaceAll(body, "$"+in.Name, unhexGo(in.Value))
	}
	var b bytes.Buffer
	b.WriteString("package main\n\nimport (\n")
	slices.Sort(imports)
	for _, path := range imports {
		b.WriteString("\t" + strconv.Quote(path) + "\n")
	}
	b.WriteString(")\n\n// " + s.ID + " = " + s.Formula + "\n// " + s.Section + "\nfunc main() {\n\t" + body +
		"\tfmt.Println(hex.EncodeToString(out))\n}\n\nfunc unhex(s string) []byte {\n\tb, _ := hex.DecodeString(s)\n\treturn b\n}\n" + t.extra)
	return b.String()
}

func unhexGo(b []byte) string { return `unhex("` + hex.EncodeToString(b) + `")` }
