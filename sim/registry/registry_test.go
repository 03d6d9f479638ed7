package registry

import (
	"crypto/tls"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestLabel(t *testing.T) {
	for _, c := range []struct {
		name  string
		id    uint32
		width int
		want  string
	}{
		{Group(0x1d), 0x1d, 4, "X25519 (0x001d)"},
		{Group(0x1234), 0x1234, 4, "unknown (0x1234)"},
		{Group(0x1a1a), 0x1a1a, 4, "GREASE (0x1a1a)"},
		{Suite(0xfafa), 0xfafa, 4, "GREASE (0xfafa)"},
		{PSKMode(0x2a), 0x2a, 2, "GREASE (0x2a)"},
		{Version(0x0304), 0x0304, 4, "TLS 1.3 (0x0304)"},
		{Version(0x7f1c), 0x7f1c, 4, "TLS 1.3 (draft 28) (0x7f1c)"},
		{SignatureScheme(0x0301), 0x0301, 4, "rsa_sha224 (0x0301)"},
		{Alert(40), 40, 2, "handshake_failure (0x28)"},
		{QUICParameter(27 + 31*5), 27 + 31*5, 2, "GREASE (0xb6)"},
	} {
		if got := Label(c.name, c.id, c.width); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestCryptoTLS holds the names to crypto/tls's.
func TestCryptoTLS(t *testing.T) {
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if got := Suite(s.ID); got != s.Name {
			t.Errorf("suite %#04x is %q, crypto/tls says %q", s.ID, got, s.Name)
		}
	}
	for _, id := range []tls.CurveID{tls.X25519, tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024} {
		if got := Group(uint16(id)); got != id.String() {
			t.Errorf("group %#04x is %q, crypto/tls says %q", uint16(id), got, id)
		}
	}
	for id := uint16(tls.VersionTLS10); id <= tls.VersionTLS13; id++ {
		if got := Version(id); got != tls.VersionName(id) {
			t.Errorf("version %#04x is %q, crypto/tls says %q", id, got, tls.VersionName(id))
		}
	}
	for _, id := range Alerts() {
		if s := tls.AlertError(id).Error(); strings.Contains(s, "alert(") {
			t.Logf("crypto/tls does not know alert %d, %s", id, Alert(id))
		}
	}
}

// TestTshark holds the tables to Wireshark's.
func TestTshark(t *testing.T) {
	path, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	out, err := exec.Command(path, "-G", "values").Output()
	if err != nil {
		t.Skip("tshark -G values:", err)
	}
	squash := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", " ", "", "-", "", ".", "").Replace(s))
	}
	fields := map[string]func(uint16) string{
		"tls.handshake.ciphersuite":                func(id uint16) string { return strings.TrimSuffix(Suite(id), "_DRAFT") },
		"tls.handshake.extensions_supported_group": Group,
		"tls.handshake.extension.type":             Extension,
		"tls.handshake.sig_hash_alg":               SignatureScheme,
		"tls.alert_message.desc":                   func(id uint16) string { return Alert(uint8(id)) },
	}
	// Names that Wireshark 4.0 writes differently, or knows only from drafts.
	different := []string{"Reserved (", "SSL_RSA_FIPS", "SSL2_", "frodo", "kyber", "SM1", "SM4", "connection_id", "delegated_credentials", "encrypted_server_name", "drafts version"}
	checked := 0
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 4 || f[0] != "V" || fields[f[1]] == nil {
			continue
		}
		id, err := strconv.ParseUint(f[2], 0, 32)
		if err != nil || id > 0xffff || slices.ContainsFunc(different, func(s string) bool { return strings.Contains(f[3], s) }) {
			continue
		}
		got := fields[f[1]](uint16(id))
		if got == GREASE && strings.Contains(f[3], "GREASE") {
			continue
		}
		if f[1] == "tls.handshake.extensions_supported_group" && id >= 0x200 && id < 0xff00 || f[1] == "tls.handshake.sig_hash_alg" && id >= 0xfe00 {
			continue // experiments of one implementation
		}
		checked++
		if squash(got) != squash(f[3]) && !(f[1] == "tls.handshake.extension.type" && strings.HasPrefix(got, f[3])) {
			t.Errorf("%s %#x: %q, tshark says %q", f[1], id, got, f[3])
		}
	}
	if checked < 400 {
		t.Errorf("only %d names checked", checked)
	}
}

var tables = map[string]*table{
	"extensions":             &extensions,
	"groups":                 &groups,
	"schemes":                &schemes,
	"suites":                 &suites,
	"versions":               &versions,
	"contentTypes":           &contentTypes,
	"handshakeTypes":         &handshakeTypes,
	"alertLevels":            &alertLevels,
	"alerts":                 &alerts,
	"pointFormats":           &pointFormats,
	"compressionMethods":     &compressionMethods,
	"pskModes":               &pskModes,
	"statusTypes":            &statusTypes,
	"certificateTypes":       &certificateTypes,
	"compressions":           &compressions,
	"clientCertificateTypes": &clientCertificateTypes,
	"curveTypes":             &curveTypes,
	"serverNameTypes":        &serverNameTypes,
	"maxFragmentLengths":     &maxFragmentLengths,
	"heartbeatModes":         &heartbeatModes,
	"heartbeatTypes":         &heartbeatTypes,
	"keyUpdates":             &keyUpdates,
	"hashes":                 &hashes,
	"signatures":             &signatures,
	"srtpProfiles":           &srtpProfiles,
	"hpkeKEMs":               &hpkeKEMs,
	"hpkeKDFs":               &hpkeKDFs,
	"hpkeAEADs":              &hpkeAEADs,
	"quicParameters":         &quicParameters,
	"echVersions":            &echVersions,
	"echTypes":               &echTypes,
	"sctVersions":            &sctVersions,
}

// TestTables finds what stands in each table, and nothing else.
func TestTables(t *testing.T) {
	for name, tab := range tables {
		ids := tab.all()
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%s is not sorted, or has doubles", name)
		}
		want := map[uint16]string{}
		for line := range strings.Lines(strings.TrimSpace(tab.text)) {
			hex, name, _ := strings.Cut(strings.TrimSpace(line), " ")
			id, err := strconv.ParseUint(hex, 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			want[uint16(id)] = name
		}
		if len(ids) != len(want) {
			t.Errorf("%s has %d entries in %d lines", name, len(ids), len(want))
		}
		for id := range 1 << 16 {
			got := tab.name(uint16(id))
			if got == GREASE && want[uint16(id)] == "" && tab.grease != nil && tab.grease(uint16(id)) {
				continue
			}
			if got != want[uint16(id)] {
				t.Errorf("%s has %q under %#04x, not %q", name, got, id, want[uint16(id)])
			}
		}
	}
	if n := len(Suites()); n < 350 {
		t.Errorf("%d suites", n)
	}
}

// TestSuiteParts takes every name apart and puts it together again.
func TestSuiteParts(t *testing.T) {
	for _, id := range Suites() {
		var words []string
		parts := SuiteParts(id)
		for _, p := range parts {
			words = append(words, p.Word)
			if p.Meaning == "" {
				t.Errorf("%s: %s has no meaning", Suite(id), p.Word)
			}
		}
		if got := strings.Join(words, "_"); got != Suite(id) {
			t.Errorf("the parts of %s are those of %s", Suite(id), got)
		}
	}
	for id, want := range map[uint16]string{
		0xc02f: "protocol,key exchange,authentication,joint,cipher,key bits,mode,hash",
		0x1301: "protocol,cipher,key bits,mode,hash",
		0x002f: "protocol,key exchange,joint,cipher,key bits,mode,record MAC",
		0xc0ae: "protocol,key exchange,authentication,joint,cipher,key bits,mode,tag length",
		0xcca9: "protocol,key exchange,authentication,joint,cipher,mode,hash",
		0x0003: "protocol,key exchange,export,joint,cipher,key bits,record MAC",
		0xc0b4: "protocol,record MAC,hash",
		0x00ff: "protocol,signal,signal",
	} {
		var roles []string
		for _, p := range SuiteParts(id) {
			roles = append(roles, string(p.Role))
		}
		if got := strings.Join(roles, ","); got != want {
			t.Errorf("%s: %s, want %s", Suite(id), got, want)
		}
	}
	if SuiteParts(0x1a1a) != nil || SuiteParts(0xeeee) != nil {
		t.Error("parts of no suite")
	}
}

func TestGREASE(t *testing.T) {
	n := 0
	for id := range 1 << 16 {
		if IsGREASE(uint16(id)) {
			n++
		}
	}
	if n != 16 {
		t.Errorf("%d values are GREASE, RFC 8701 reserves 16", n)
	}
	for _, id := range []uint8{0x0b, 0x2a, 0x49, 0x68, 0x87, 0xa6, 0xc5, 0xe4} {
		if !IsGREASE8(id) {
			t.Errorf("%#x is GREASE by RFC 8701, Section 2", id)
		}
	}
	if ALPN([]byte{0x1a, 0x1a}) != GREASE || ALPN([]byte("h2")) != "HTTP/2" {
		t.Error("ALPN")
	}
}
