package keys

import (
	"bytes"
	"strings"
	"testing"
)

const random1 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

func TestParseLog(t *testing.T) {
	text := "\ufeff# SSL/TLS secrets log file\r\n\r\n" +
		"RSA 0011223344556677 " + strings.Repeat("ab", 48) + "\n" +
		"RSA Session-ID:00 Master-Key:11\n" +
		"CLIENT_RANDOM " + random1 + " " + strings.Repeat("0a", 48) + "\r\n" +
		"  SERVER_TRAFFIC_SECRET_0 " + strings.ToUpper(random1) + "\t" + strings.Repeat("0b", 32) + " \r" +
		"ECH_CONFIG " + random1 + " " + strings.Repeat("0c", 200) + "\n" +
		"CLIENT_RANDOM " + random1 + " " + strings.Repeat("0d", 48)
	lines, err := ParseLog(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 4 {
		t.Fatalf("%d lines", len(lines))
	}
	l := Log(lines)
	cr := lines[0].ClientRandom[:]
	if got := l.Secret(cr, LabelServerTraffic); !bytes.Equal(got, bytes.Repeat([]byte{0x0b}, 32)) {
		t.Errorf("server secret is %x", got)
	}
	if got := l.Secret(cr, LabelClientRandom); !bytes.Equal(got, bytes.Repeat([]byte{0x0d}, 48)) {
		t.Errorf("of two lines the last should count, got %x", got)
	}
	if l.Secret(cr, LabelExporter) != nil || l.Secret(make([]byte, 32), LabelClientRandom) != nil || l.Has(cr[:31]) || !l.Has(cr) {
		t.Error("found what is not there")
	}
	if parts := l.ByClientRandom(); len(parts) != 1 || len(parts[lines[0].ClientRandom]) != 4 {
		t.Errorf("divided into %d parts", len(parts))
	}
	if again, err := ParseLog(l.String()); err != nil || Log(again).String() != l.String() {
		t.Errorf("its own text is not read back: %v", err)
	}
}

func TestParseLogErrors(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"CLIENT_RANDOM " + random1, "has 2 words"},
		{"CLIENT_RANDOM 00 11", "has 2 hex digits instead of 64"},
		{"CLIENT_RANDOM " + strings.Replace(random1, "0", "x", 1) + " 11", "client random is not hexadecimal"},
		{"CLIENT_RANDOM " + random1 + " 111", "secret is not hexadecimal or was cut off"},
		{"CLIENT_RANDOM " + random1 + " " + strings.Repeat("11", 65), "at most 128"},
		{"client-random " + random1 + " 11", "is no label"},
		{"\x00 a b", "is no label"},
	} {
		lines, err := ParseLog("# one\n\n" + c.line + "\nmore rubbish")
		if lines != nil || err == nil || !strings.HasPrefix(err.Error(), "keys: key log line 3: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.line, err)
		}
	}
}

func FuzzParseLog(f *testing.F) {
	f.Add("CLIENT_RANDOM " + random1 + " " + random1 + "\r\n# x\n\rRSA a b")
	f.Add("ECH_CONFIG " + random1 + " 00\nEXPORTER_SECRET " + random1 + " ff")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := ParseLog(text)
		if err != nil {
			if lines != nil || !strings.HasPrefix(err.Error(), "keys: key log line ") {
				t.Errorf("%d lines with error %v", len(lines), err)
			}
			return
		}
		written := Log(lines).String()
		again, err := ParseLog(written)
		if err != nil || Log(again).String() != written {
			t.Errorf("written log is not read back: %v", err)
		}
	})
}
