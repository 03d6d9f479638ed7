package dissect

import (
	"strconv"
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// helloOf builds a ClientHello from the lists that a published fingerprint
// names. "grease" adds GREASE wherever a client does.
func helloOf(version string, suites, extensions, groups, formats, schemes, versions []uint16, alpn string, grease bool) []byte {
	codes := func(list []uint16) (b []byte) {
		if grease {
			b = h("5a5a")
		}
		for _, v := range list {
			b = append(b, byte(v>>8), byte(v))
		}
		return b
	}
	var exts []byte
	if grease {
		exts = ext("3a3a")
	}
	for _, t := range extensions {
		var data []byte
		switch t {
		case 0:
			data = v16(h("00"), v16(text("example.com")))
		case 5:
			data = cat(h("01"), v16(), v16())
		case 10:
			data = v16(codes(groups))
		case 11:
			var b []byte
			for _, f := range formats {
				b = append(b, byte(f))
			}
			data = v8(b)
		case 13:
			data = v16(codes(schemes))
		case 16:
			data = v16(v8(text(alpn)))
		case 43:
			data = v8(codes(versions))
		}
		exts = append(exts, cat([]byte{byte(t >> 8), byte(t)}, v16(data))...)
	}
	tail := v16(exts)
	if len(exts) == 0 {
		tail = nil
	}
	return message(clientHello, h(version), fill(32), v8(), v16(codes(suites)), v8(h("00")), tail)
}

func list(s, separator string, base int) (out []uint16) {
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separator, r) }) {
		v, err := strconv.ParseUint(f, base, 16)
		if err != nil {
			panic(err)
		}
		out = append(out, uint16(v))
	}
	return out
}

// TestFingerprints holds JA3 and JA4 to published fingerprints: the two examples
// of JA3's description, the example of JA4's, and what a public echo service
// says of Chrome 143.
func TestFingerprints(t *testing.T) {
	const chromeSuites = "4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53"
	chromeSchemes := list("0403,0804,0401,0503,0805,0501,0806,0601", ",", 16)
	for _, c := range []struct {
		name              string
		version           string
		ja3, ja3Hash      string
		ja4, ja4Raw       string
		alpn              string
		schemes, versions []uint16
		hasGREASE         bool
	}{
		{name: "JA3 example 1", version: "0301", ja3: "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0", ja3Hash: "ada70206e40642a3e4461f35503241d5"},
		{name: "JA3 example 2", version: "0301", ja3: "769,4-5-10-9-100-98-3-6-19-18-99,,,", ja3Hash: "de350869b8c85de67a350c8d186f11e6"},
		{
			name: "Chrome 143", version: "0303", hasGREASE: true, alpn: "h2",
			ja3:     "771," + chromeSuites + ",45-51-16-65037-23-17613-0-11-10-43-65281-35-18-5-13-27,4588-29-23-24,0",
			ja3Hash: "98487aa16281980e7d1120d399efb6a4",
			ja4:     "t13d1516h2_8daaf6152771_d8a2da3f94cd",
			ja4Raw:  "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_0005,000a,000b,000d,0012,0017,001b,0023,002b,002d,0033,44cd,fe0d,ff01_0403,0804,0401,0503,0805,0501,0806,0601",
			schemes: chromeSchemes, versions: []uint16{0x0304, 0x0303},
		},
		{
			name: "JA4 example", version: "0303", hasGREASE: true, alpn: "h2",
			ja3:     "771," + chromeSuites + ",27-0-51-16-17513-23-45-13-5-35-18-43-65281-11-10-21,29-23-24,0",
			ja4:     "t13d1516h2_8daaf6152771_e5627efa2ab1",
			schemes: chromeSchemes, versions: []uint16{0x0304, 0x0303},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := strings.Split(c.ja3, ",")
			data := helloOf(c.version, list(f[1], "-", 10), list(f[2], "-", 10), list(f[3], "-", 10), list(f[4], "-", 10), c.schemes, c.versions, c.alpn, c.hasGREASE)
			d := dissect(t)
			root := d.plaintext(trace.Client, typeHandshake, data, false)
			got := Fingerprints(root, data)
			if got.JA3 != c.ja3 || c.ja3Hash != "" && got.JA3Hash != c.ja3Hash {
				t.Errorf("JA3 %s %s, want %s %s", got.JA3, got.JA3Hash, c.ja3, c.ja3Hash)
			}
			if c.ja4 != "" && got.JA4 != c.ja4 {
				t.Errorf("JA4 %s, want %s", got.JA4, c.ja4)
			}
			if c.ja4Raw != "" && got.JA4Raw != c.ja4Raw {
				t.Errorf("JA4_r %s, want %s", got.JA4Raw, c.ja4Raw)
			}
			if t.Failed() {
				t.Log(got.JA4Raw)
			}
		})
	}
}

func TestJA4Details(t *testing.T) {
	for name, want := range map[string]string{"": "00", "h2": "h2", "h": "hh", "http/1.1": "h1", "\xab\xcd": "ad", "h\xff": "6f", "\x0a\x0a": "0a"} {
		if got := ja4ALPN([]byte(name)); got != want {
			t.Errorf("ALPN %q: %s, want %s", name, got, want)
		}
	}
	for n, want := range map[int]string{0: "00", 7: "07", 42: "42", 120: "99"} {
		if got := two(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	data := message(clientHello, h("0303"), fill(32), v8(), v16(h("002f")), v8(h("00")))
	root := dissect(t).plaintext(trace.Client, typeHandshake, data, false)
	if got := Fingerprints(root, data).JA4; !strings.HasPrefix(got, "t12i010000_") || !strings.HasSuffix(got, "_000000000000") {
		t.Errorf("JA4 without extensions: %s", got)
	}
}
