package explain_test

import (
	"crypto/tls"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/explain/embedded"
	"tlsplay/sim/registry"
	"tlsplay/sim/trace"
)

// registries is what values the engine can give of each kind. Alerts, messages
// and extensions are not among them, because their texts are not filed under
// "value.": see package explain.
var registries = map[string]func(uint16) string{
	"alert_level":             byte8(registry.AlertLevel),
	"certificate_compression": registry.CertificateCompression,
	"certificate_type":        byte8(registry.CertificateType),
	"client_certificate_type": byte8(registry.ClientCertificateType),
	"compression_method":      byte8(registry.CompressionMethod),
	"content_type":            byte8(registry.ContentType),
	"curve_type":              byte8(registry.CurveType),
	"ech_type":                byte8(registry.ECHClientHelloType),
	"ech_version":             registry.ECHVersion,
	"group":                   registry.Group,
	"heartbeat_mode":          byte8(registry.HeartbeatMode),
	"heartbeat_type":          byte8(registry.HeartbeatType),
	"hpke_aead":               registry.HPKEAEAD,
	"hpke_kdf":                registry.HPKEKDF,
	"hpke_kem":                registry.HPKEKEM,
	"key_update":              byte8(registry.KeyUpdate),
	"max_fragment_length":     byte8(registry.MaxFragmentLength),
	"name_type":               byte8(registry.ServerNameType),
	"point_format":            byte8(registry.PointFormat),
	"psk_mode":                byte8(registry.PSKMode),
	"quic_parameter":          quicParameter,
	"sct_version":             byte8(registry.SCTVersion),
	"signature_scheme":        signatureScheme,
	"srtp_profile":            registry.SRTPProfile,
	"status_type":             byte8(registry.StatusType),
	"version":                 version,
}

// others is the values that no registry of ours lists: the words of the dissector
// and the numbers of small enumerations (RFC 6066, Sections 5 and 6; RFC 5878,
// Section 2; RFC 7924, Section 3; RFC 8471, Section 3; RFC 4681, Section 3).
var others = map[string]string{
	"any":               "GREASE unknown",
	"random":            "HelloRetryRequest,DOWNGRD 00,DOWNGRD 01",
	"authz_format":      "0 1 2 3",
	"cached_type":       "1 2",
	"chain_type":        "0 1",
	"ca_identifier":     "0 1 2 3",
	"token_binding_key": "0 1 2",
	"suite": "TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 " +
		"TLS_EMPTY_RENEGOTIATION_INFO_SCSV TLS_FALLBACK_SCSV",
}

// values is the IDs of all values that must have a text of their own.
func values(t *testing.T) (ids []string) {
	for kind, name := range registries {
		ids = append(ids, prefixed("value."+kind+".", names(name))...)
	}
	for kind, list := range others {
		divide := strings.Fields
		if strings.Contains(list, ",") {
			divide = func(s string) []string { return strings.Split(s, ",") }
		}
		ids = append(ids, prefixed("value."+kind+".", divide(list))...)
	}
	// The classes of suites, and what registry.ALPN can answer.
	ids = append(ids, prefixed("value.suite.", find(t, `\t\treturn "([^"]+)"|\treturn "(fresh[^"]+)"`, "value.go"))...)
	ids = append(ids, "value.suite.fresh keys and CBC")
	ids = append(ids, prefixed("value.protocol.", find(t, `\t\treturn "([^"]+)"`, "../registry/alpn.go"))...)
	return slices.DeleteFunc(ids, func(id string) bool { return id == "value.suite." })
}

// quicParameter also has the two of more than 16 bits, under numbers that are
// free below.
func quicParameter(id uint16) string {
	switch id {
	case 0xfffe:
		return registry.QUICParameter(0xff73db)
	case 0xffff:
		return registry.QUICParameter(0xff04de1b)
	}
	return registry.QUICParameter(uint64(id))
}

// version takes all drafts together, as the texts do.
func version(id uint16) string { return anyDraft(registry.Version(id)) }

func anyDraft(name string) string {
	if base, _, ok := strings.Cut(name, " ("); ok {
		return base + " (…)"
	}
	return name
}

// signatureScheme leaves out the pairs of TLS 1.2 that no scheme took over and
// nobody sends.
func signatureScheme(id uint16) string {
	if slices.Contains(registry.SignatureSchemes(), id) || id>>8 <= 6 && id&0xff <= 3 {
		return registry.SignatureScheme(id)
	}
	return ""
}

// Every field that the dissector reads as a number with a name knows what each
// of its values means.
func TestNamedFields(t *testing.T) {
	texts := embedded.Texts()
	functions := map[string]func(uint16) string{
		"Suite": registry.Suite, "HandshakeType": byte8(registry.HandshakeType),
		"Extension": registry.Extension, "Alert": byte8(registry.Alert),
	}
	for _, r := range []struct {
		function string
		kind     string
	}{
		{"AlertLevel", "alert_level"},
		{"CertificateCompression", "certificate_compression"},
		{"CertificateType", "certificate_type"},
		{"ClientCertificateType", "client_certificate_type"},
		{"CompressionMethod", "compression_method"},
		{"ContentType", "content_type"},
		{"CurveType", "curve_type"},
		{"ECHClientHelloType", "ech_type"},
		{"ECHVersion", "ech_version"},
		{"Group", "group"},
		{"HPKEAEAD", "hpke_aead"},
		{"HPKEKDF", "hpke_kdf"},
		{"HPKEKEM", "hpke_kem"},
		{"HeartbeatMode", "heartbeat_mode"},
		{"HeartbeatType", "heartbeat_type"},
		{"KeyUpdate", "key_update"},
		{"MaxFragmentLength", "max_fragment_length"},
		{"PSKMode", "psk_mode"},
		{"PointFormat", "point_format"},
		{"SCTVersion", "sct_version"},
		{"SRTPProfile", "srtp_profile"},
		{"ServerNameType", "name_type"},
		{"SignatureScheme", "signature_scheme"},
		{"StatusType", "status_type"},
		{"Version", "version"},
	} {
		functions[r.function] = registries[r.kind]
	}
	calls := regexp.MustCompile(`code(?:8|s?16)\((?:"[\w.]+", )?"([\w.]+)", registry\.(\w+)\)`)
	fields := 0
	for _, src := range find(t, `(?s)(.*)`, sources(t, "../dissect")...) {
		for _, m := range calls.FindAllStringSubmatch(src, -1) {
			id, name := trace.FieldID(m[1]), functions[m[2]]
			if name == nil {
				t.Errorf("%s: no list of registry.%s above", id, m[2])
				continue
			}
			fields++
			for _, n := range append(names(name), registry.GREASE, "") {
				label := registry.Label(n, 0x1d, 4)
				if text, ok := texts.ValueOf(id, label); !ok || text.Short == "" {
					t.Errorf("%s: nothing says what %s means", id, label)
				}
			}
		}
	}
	if fields < 40 {
		t.Errorf("%d fields were found in the source of package dissect, too few", fields)
	}
}

// What a real handshake holds is explained: every field, and every value that has
// a name.
func TestHandshakes(t *testing.T) {
	texts := embedded.Texts()
	labelled := regexp.MustCompile(`^[\w.() -]+ \(0x[0-9a-f]+\)$`)
	for _, tr := range runs(t) {
		look := func(n *trace.Node) bool {
			if _, ok := texts.Lookup(n.ID); !ok {
				t.Errorf("%s has no text", n.ID)
			}
			if strings.HasPrefix(string(n.ID), "extension.") && n.ID != "extension.type" {
				return true // is explained by its own text
			}
			if text, ok := texts.ValueOf(n.ID, n.Value); !ok && labelled.MatchString(n.Value) || ok && text.Short == "" {
				t.Errorf("%s: nothing says what %s means", n.ID, n.Value)
			}
			return true
		}
		for _, e := range tr.Events {
			for _, root := range []*trace.Node{e.Tree, e.PlainTree} {
				if root != nil {
					root.Walk(look)
				}
			}
			for _, m := range e.Messages {
				m.Tree.Walk(look)
				if _, ok := texts.Lookup(trace.FieldID(m.Name)); !ok {
					t.Errorf("message %s has no text", m.Name)
				}
			}
		}
		for _, c := range tr.Certificates {
			for _, f := range c.Certificate().Fields {
				if _, ok := texts.Lookup(f.ID); !ok {
					t.Errorf("%s has no text", f.ID)
				}
			}
		}
		for _, d := range tr.Derivations {
			for _, id := range []trace.FieldID{trace.FieldID("key." + d.ID), trace.FieldID("function." + d.Function)} {
				if _, ok := texts.Lookup(id); !ok {
					t.Errorf("%s has no text", id)
				}
			}
		}
		for _, s := range tr.Secrets {
			for _, k := range s.Keys {
				if _, ok := texts.Lookup(trace.FieldID("key." + k.Name)); !ok {
					t.Errorf("key.%s has no text", k.Name)
				}
			}
		}
	}
}

func TestValueOf(t *testing.T) {
	texts := embedded.Texts()
	for _, c := range []struct {
		id    trace.FieldID
		value string
		says  trace.FieldID // the text that must come
	}{
		{"key_share_entry.group", "X25519 (0x001d)", "value.group.X25519"},
		{"key_share_entry", "X25519 (0x001d)", "value.group.X25519"},
		{"supported_versions.version", "TLS 1.3 (0x0304)", "value.version.TLS 1.3"},
		{"supported_versions.version", "TLS 1.3 (draft 28) (0x7f1c)", "value.version.TLS 1.3 (…)"},
		{"supported_versions.version", "GREASE (0x8a8a)", "value.any.GREASE"},
		{"supported_versions.version", "unknown (0x1234)", "value.any.unknown"},
		{"alert.description", "close_notify (0x00)", "alert.close_notify"},
		{"handshake.msg_type", "client_hello (0x01)", "client_hello"},
		{"extension.type", "server_name (0x0000)", "extension.server_name"},
		{"server_hello.random", strings.Repeat("00", 32) + " (DOWNGRD 01)", "value.random.DOWNGRD 01"},
		{"server_hello.random", strings.Repeat("00", 32), ""},
		{"hello_retry_request.random", strings.Repeat("00", 32) + " (HelloRetryRequest)", "value.random.HelloRetryRequest"},
		{"application_layer_protocol_negotiation.protocol_name", `"h2" (HTTP/2)`, "value.protocol.HTTP/2"},
		{"application_layer_protocol_negotiation.protocol_name", `"\n\n" (GREASE)`, "value.any.GREASE"},
		{"application_layer_protocol_negotiation.protocol_name", `"evil (HTTP/2)"`, ""},
		{"server_hello.cipher_suite", "TLS_AES_128_GCM_SHA256 (0x1301)", "value.suite.TLS_AES_128_GCM_SHA256"},
		{"client_hello.cipher_suite", "TLS_FALLBACK_SCSV (0x5600)", "value.suite.TLS_FALLBACK_SCSV"},
		{"client_hello.cipher_suite", "TLS_RSA_WITH_AES_128_GCM_SHA256 (0x009c)", "value.suite.fixed keys"},
		{"client_hello.cipher_suite", "TLS_DH_anon_WITH_RC4_128_MD5 (0x0018)", "value.suite.anonymous"},
		{"client_hello.cipher_suite", "TLS_RSA_EXPORT_WITH_RC4_40_MD5 (0x0003)", "value.suite.export"},
		{"client_hello.cipher_suite", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA (0xc012)", "value.suite.weak cipher"},
		{"client_hello.cipher_suite", "TLS_SHA256_SHA256 (0xc0b4)", "value.suite.integrity only"},
		{"client_hello.cipher_suite", "TLS_RSA_WITH_NULL_SHA (0x0002)", "value.suite.no encryption"},
		{"client_hello.cipher_suite", "TLS_SM4_GCM_SM3 (0x00c6)", "value.suite.TLS 1.3"},
		{"client_hello.cipher_suite", "unknown (0xabcd)", "value.any.unknown"},
		{"v2_cipher_spec", "SSL_CK_RC4_128_WITH_MD5 (0x010080)", "value.suite.weak cipher"},
		{"Extension.extnID", "2.5.29.17 (subjectAltName)", "GeneralNames"},
		{"KeyPurposeId", "1.3.6.1.5.5.7.3.1 (serverAuth)", "value.oid.serverAuth"},
		{"KeyPurposeId", "1.2.3", ""},
		{"record", "handshake, 512 bytes", ""},
		{"no such field", "X25519 (0x001d)", ""},
	} {
		got, ok := texts.ValueOf(c.id, c.value)
		want, _ := texts.Lookup(c.says)
		if ok != (c.says != "") || got.Short != want.Short {
			t.Errorf("%s %s: says %q, want that of %s", c.id, c.value, got.Short, c.says)
		}
	}
}

// crypto/tls sorts suites into good and insecure, too.
func TestSuiteClasses(t *testing.T) {
	texts := embedded.Texts()
	class := func(s *tls.CipherSuite) string {
		text, ok := texts.ValueOf("client_hello.cipher_suite", registry.Label(registry.Suite(s.ID), uint32(s.ID), 4))
		if !ok {
			t.Fatalf("nothing is said of %s", s.Name)
		}
		if len(text.Parts) == 0 {
			t.Errorf("%s is not explained word for word", s.Name)
		}
		for _, id := range texts.IDs() {
			if c, ok := strings.CutPrefix(string(id), "value.suite."); ok {
				if other, _ := texts.Lookup(id); other.Short == text.Short {
					return c
				}
			}
		}
		t.Fatalf("%s says what no class says", s.Name)
		return ""
	}
	for _, s := range tls.CipherSuites() {
		switch c := class(s); {
		case strings.HasPrefix(c, "TLS_"), c == "fresh keys and AEAD", c == "fresh keys and CBC":
		default:
			t.Errorf("crypto/tls thinks well of %s, and it is called %s", s.Name, c)
		}
	}
	for _, s := range tls.InsecureCipherSuites() {
		switch c := class(s); c {
		case "fixed keys", "weak cipher", "fresh keys and CBC":
		default:
			t.Errorf("crypto/tls calls %s insecure, and it is called %s", s.Name, c)
		}
	}
}
