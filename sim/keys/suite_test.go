package keys

import (
	"crypto"
	"crypto/tls"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"tlsplay/sim/registry"
)

// TestSuitesOfGo: every suite of crypto/tls is known and can be decrypted.
func TestSuitesOfGo(t *testing.T) {
	for _, cs := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		s, ok := SuiteByID(cs.ID)
		if !ok || s.Name != cs.Name {
			t.Errorf("0x%04x is %q, crypto/tls says %s", cs.ID, s.Name, cs.Name)
		}
		if err := s.Supported(); err != nil {
			t.Error(err)
		}
		if is13 := cs.SupportedVersions[0] == tls.VersionTLS13; s.TLS13() != is13 {
			t.Errorf("%s: TLS13 is %v", s.Name, s.TLS13())
		}
	}
}

// TestSuitesOfOpenSSL compares names and parts with `openssl ciphers -V`.
func TestSuitesOfOpenSSL(t *testing.T) {
	out, err := exec.Command("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").Output()
	if err != nil {
		t.Skipf("skipped: no openssl: %v", err)
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		// 0xC0,0x2F - TLS_… - ECDHE-… TLSv1.2 Kx=ECDH Au=RSA Enc=AESGCM(128) Mac=AEAD
		f := strings.Fields(line)
		if len(f) < 10 {
			t.Fatalf("unexpected line %q", line)
		}
		id, err := strconv.ParseUint(strings.ReplaceAll(strings.ReplaceAll(f[0], ",", ""), "0x", ""), 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := SuiteByID(uint16(id))
		if !ok || s.Name != f[2] {
			t.Errorf("0x%04x is %q, OpenSSL says %s", id, s.Name, f[2])
			continue
		}
		n++
		enc := strings.TrimPrefix(f[8], "Enc=")
		alg, bits, _ := strings.Cut(strings.TrimSuffix(enc, ")"), "(")
		size, _ := strconv.Atoi(bits)
		if alg == "3DES" {
			size = 192 // OpenSSL gives the strength
		}
		if s.KeyLen*8 != size {
			t.Errorf("%s: key of %d bits, OpenSSL says %s", s.Name, s.KeyLen*8, enc)
		}
		if kind, known := map[string]Cipher{
			"AESGCM": CipherAESGCM, "AES": CipherAESCBC, "3DES": Cipher3DESCBC, "AESCCM": CipherAESCCM,
			"AESCCM8": CipherAESCCM8, "CHACHA20/POLY1305": CipherChaCha20Poly1305, "RC4": CipherRC4, "None": CipherNull,
		}[alg]; known && kind != s.Cipher {
			t.Errorf("%s: cipher %d, OpenSSL says %s", s.Name, s.Cipher, enc)
		}
		mac := strings.TrimPrefix(f[9], "Mac=")
		want := map[string]crypto.Hash{"AEAD": 0, "MD5": crypto.MD5, "SHA1": crypto.SHA1, "SHA256": crypto.SHA256, "SHA384": crypto.SHA384}[mac]
		if s.MAC != want {
			t.Errorf("%s: MAC %v, OpenSSL says %s", s.Name, s.MAC, mac)
		}
	}
	t.Logf("%d suites compared", n)
}

func TestSuiteParts(t *testing.T) {
	for _, want := range []Suite{
		{0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE", "RSA", CipherAESGCM, "AES_128_GCM", 16, 4, 8, 16, 0, 0, crypto.SHA256, 0},
		{0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE", "RSA", CipherAESGCM, "AES_256_GCM", 32, 4, 8, 16, 0, 0, crypto.SHA384, 0},
		{0x1302, "TLS_AES_256_GCM_SHA384", "", "", CipherAESGCM, "AES_256_GCM", 32, 12, 0, 16, 0, 0, crypto.SHA384, 0},
		{0x1305, "TLS_AES_128_CCM_8_SHA256", "", "", CipherAESCCM8, "AES_128_CCM_8", 16, 12, 0, 8, 0, 0, crypto.SHA256, 0},
		{0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE", "ECDSA", CipherChaCha20Poly1305, "CHACHA20_POLY1305", 32, 12, 0, 16, 0, 0, crypto.SHA256, 0},
		{0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "RSA", "RSA", Cipher3DESCBC, "3DES_EDE_CBC", 24, 8, 8, 0, 20, 8, crypto.SHA256, crypto.SHA1},
		{0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "ECDHE", "ECDSA", CipherAESCBC, "AES_256_CBC", 32, 16, 16, 0, 48, 16, crypto.SHA384, crypto.SHA384},
		{0xc0aa, "TLS_PSK_DHE_WITH_AES_128_CCM_8", "DHE", "PSK", CipherAESCCM8, "AES_128_CCM_8", 16, 4, 8, 8, 0, 0, crypto.SHA256, 0},
		{0x0093, "TLS_RSA_PSK_WITH_3DES_EDE_CBC_SHA", "RSA", "PSK", Cipher3DESCBC, "3DES_EDE_CBC", 24, 8, 8, 0, 20, 8, crypto.SHA256, crypto.SHA1},
	} {
		if got, _ := SuiteByID(want.ID); got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	for _, id := range registry.Suites() {
		s, ok := SuiteByID(id)
		if !ok { // a signalling value
			continue
		}
		if s.CipherName == "" {
			t.Errorf("%s: cipher not recognised", s.Name)
		}
		if s.Supported() == nil && (s.Hash == 0 || s.Cipher.AEAD() == (s.MAC != 0)) {
			t.Errorf("%s: hash %v, MAC %v", s.Name, s.Hash, s.MAC)
		}
	}
	if _, ok := SuiteByID(0x0a0a); ok {
		t.Error("a GREASE value is a suite")
	}
}
