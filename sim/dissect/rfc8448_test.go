package dissect

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// TestRFC8448 dissects the messages of RFC 8448 that are visible there: the
// records in the clear and the messages that the RFC shows before protection.
func TestRFC8448(t *testing.T) {
	file, err := os.ReadFile("../keys/testdata/rfc8448.txt")
	if err != nil {
		t.Skip("the traces of RFC 8448 are not here:", err)
	}
	want := map[string][]string{
		"3": {"client_hello", "server_hello", "encrypted_extensions", "certificate", "certificate_verify", "finished"},
		"5": {"client_hello", "hello_retry_request", "client_hello", "server_hello"},
	}
	// What the prose and the field lists of the RFC say of section 3.
	values := map[trace.FieldID]string{
		"server_name.host_name":          `"server"`,
		"server_hello.cipher_suite":      "TLS_AES_128_GCM_SHA256 (0x1301)",
		"record_size_limit.limit":        "16385",
		"certificate_verify.algorithm":   "rsa_pss_rsae_sha256 (0x0804)",
		"finished.verify_data":           "9b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718",
		"key_exchange.x25519":            "99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c",
		"server_hello.random":            "a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928",
		"psk_key_exchange_modes.ke_mode": "psk_dhe_ke (0x01)",
		"supported_groups.named_group":   "X25519 (0x001d)",
		"certificate.cert_data_length":   "432",
	}
	got := map[string][]string{}
	var d *dissection
	section := ""
	for line := range strings.Lines(string(file)) {
		f := strings.Fields(line)
		switch {
		case len(f) == 2 && f[0] == "section":
			section = f[1]
			d = dissect(t)
		case len(f) == 3 && (f[0] == "record" || f[0] == "message"):
			from, data := trace.Side(f[1]), h(f[2])
			before := len(d.msgs)
			switch {
			case f[0] == "message":
				d.plaintext(from, typeHandshake, data, false)
			case data[0] == typeApplicationData:
				d.record(from, data, &Shape{Tag: 16})
			default:
				d.record(from, data, nil)
			}
			d.noErrors()
			for _, m := range d.msgs[before:] {
				for id, want := range values {
					if n := m.Tree.Find(id); section == "3" && n != nil {
						if n.Value != want {
							t.Errorf("%s is %q, want %q", id, n.Value, want)
						}
						delete(values, id)
					}
				}
				got[section] = append(got[section], m.Name)
			}
			d.roots = nil
		}
	}
	for id := range values {
		t.Errorf("section 3 has no %s", id)
	}
	for section, names := range want {
		shown := got[section]
		for _, name := range names {
			i := slices.Index(shown, name)
			if i < 0 {
				t.Errorf("section %s: %v, want %v in this order", section, got[section], names)
				break
			}
			shown = shown[i+1:]
		}
	}
}
