package keys

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// everyOpener is an opener of each kind with made-up keys.
func everyOpener(t testing.TB) map[string]*Opener {
	t.Helper()
	out := map[string]*Opener{}
	key := bytes.Repeat([]byte{7}, 64)
	for _, id := range []uint16{0x1301, 0x1302, 0x1303, 0x1304, 0x1305} {
		s, _ := SuiteByID(id)
		o, err := NewOpener13(s, key[:s.Hash.Size()])
		if err != nil {
			t.Fatal(err)
		}
		out[s.Name] = o
	}
	for _, id := range []uint16{0x0002, 0x0005, 0x000a, 0x002f, 0x003c, 0xc028, 0xc02f, 0xcca8, 0xc0ac, 0xc0ae} {
		s, _ := SuiteByID(id)
		for version := uint16(VersionTLS10); version <= VersionTLS12; version++ {
			for _, etm := range []bool{false, true} {
				if s.Cipher.AEAD() && version < VersionTLS12 || etm && s.BlockLen == 0 {
					continue
				}
				o, err := NewOpener12(version, s, key[:s.MACLen], key[:s.KeyLen], key[:s.FixedIVLen], etm)
				if err != nil {
					t.Fatal(err)
				}
				name := s.Name + "/" + versionName(version)
				if etm {
					name += "/EtM"
				}
				out[name] = o
			}
		}
	}
	return out
}

// FuzzOpenWrongKey: no bytes, under any kind of cipher, open under keys that they
// were not made with, or cause a panic.
func FuzzOpenWrongKey(f *testing.F) {
	openers := everyOpener(f)
	f.Add([]byte{})
	for _, n := range []int{0, 1, 8, 16, 24, 32, 48, 64, 100, 1000} {
		f.Add(bytes.Repeat([]byte{0x17}, n))
	}
	f.Fuzz(func(t *testing.T, fragment []byte) {
		if len(fragment) > 1<<14 {
			return
		}
		rec := append([]byte{23, 3, 3, byte(len(fragment) >> 8), byte(len(fragment))}, fragment...)
		for name, o := range openers {
			if _, err := o.Open(rec); err == nil {
				t.Errorf("%s: opened", name)
			} else if !strings.HasPrefix(err.Error(), "keys: ") {
				t.Errorf("%s: %v", name, err)
			}
			if o.Seq() != 0 {
				t.Fatalf("%s: sequence number is %d", name, o.Seq())
			}
		}
		if _, err := openers["TLS_AES_128_GCM_SHA256"].Open(fragment); err == nil {
			t.Error("a fragment opened as a record")
		}
	})
}

// sealed is a TLS 1.3 record and its opener.
func sealed(t testing.TB, id uint16, content []byte) ([]byte, func() *Opener) {
	t.Helper()
	s, _ := SuiteByID(id)
	setSuites13(t, id)
	c, srv := configs(VersionTLS13, 0, "ECDSA")
	c.DynamicRecordSizingDisabled = true
	l := dial(t, c, srv, content, []byte("x"))
	cr, _ := l.randoms()
	secret := l.log.Secret(cr, LabelClientTraffic)
	for _, rec := range records(t, l.client.sent) {
		o, err := NewOpener13(s, secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Open(rec); err == nil {
			return rec, func() *Opener { o, _ := NewOpener13(s, secret); return o }
		}
	}
	t.Fatal("no record opened")
	return nil, nil
}

// TestFailureChangesNothing: a record that fails can be tried again, and the right
// one still opens.
func TestFailureChangesNothing(t *testing.T) {
	rec, open := sealed(t, 0x1301, []byte("hello"))
	o := open()
	for i := range rec {
		bad := clone(rec)
		bad[i] ^= 0x80
		if _, err := o.Open(bad); err == nil {
			t.Errorf("opens with byte %d changed", i)
		} else if i >= HeaderLen && !errors.Is(err, ErrAuthentication) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
	got, err := o.Open(rec)
	if err != nil || string(got.Plain[:got.ContentLen]) != "hello" || got.Type != TypeApplicationData || got.Seq != 0 || o.Seq() != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if !bytes.Equal(got.Nonce, o.IV()) || !bytes.Equal(got.AAD, rec[:HeaderLen]) || !bytes.Equal(got.Tag, rec[len(rec)-16:]) {
		t.Errorf("parts are wrong: %+v", got)
	}
	if _, err := o.Open(rec); err == nil {
		t.Error("a replayed record opens")
	}
}

// TestSkip: records that depend on nothing but their number open after a gap.
func TestSkip(t *testing.T) {
	for name, o := range everyOpener(t) {
		chained := strings.Contains(name, "RC4") || strings.Contains(name, "CBC") && strings.Contains(name, "TLS 1.0")
		if err := o.Skip(3); chained != (err != nil) {
			t.Errorf("%s: %v", name, err)
		} else if err == nil && o.Seq() != 3 {
			t.Errorf("%s: sequence number is %d", name, o.Seq())
		}
	}
	rec, open := sealed(t, 0x1303, []byte("x"))
	o := open()
	if err := o.Skip(1); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Open(rec); !errors.Is(err, ErrAuthentication) {
		t.Errorf("record 0 as record 1: %v", err)
	}
}

func TestShapeOf(t *testing.T) {
	for _, c := range []struct {
		version, suite uint16
		etm            bool
		explicit, tag  int
	}{
		{VersionTLS13, 0x1301, false, 0, 16},
		{VersionTLS13, 0x1305, false, 0, 8},
		{VersionTLS12, 0xc02f, false, 8, 16},
		{VersionTLS12, 0xcca8, false, 0, 16},
		{VersionTLS12, 0xc0ae, false, 8, 8},
		{VersionTLS10, 0x002f, false, 0, 0},
		{VersionTLS11, 0x002f, false, 16, 0},
		{VersionTLS12, 0x000a, true, 8, 20},
		{VersionTLS12, 0x0005, false, 0, 0},
		{VersionTLS12, 0x003b, false, 0, 32},
		{VersionTLS12, 0xc07a, false, 8, 16},
		{VersionTLS12, 0x1234, false, 0, 0},
	} {
		s, _ := SuiteByID(c.suite)
		if explicit, tag := ShapeOf(c.version, s, c.etm); explicit != c.explicit || tag != c.tag {
			t.Errorf("%s in %s: %d, %d, want %d, %d", s.Name, versionName(c.version), explicit, tag, c.explicit, c.tag)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, id := range []uint16{0x1301, 0x1302, 0x1303} {
		s, _ := SuiteByID(id)
		b.Run(s.Name, func(b *testing.B) {
			rec, open := sealed(b, id, make([]byte, 16384))
			o := open()
			b.SetBytes(int64(len(rec)))
			b.ReportAllocs()
			for b.Loop() {
				o.seq = 0
				if _, err := o.Open(rec); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, id := range []uint16{0x002f, 0x000a, 0x0005, 0xc02f} {
		s, _ := SuiteByID(id)
		b.Run(s.Name, func(b *testing.B) {
			c, srv := configs(VersionTLS12, id, "RSA")
			c.DynamicRecordSizingDisabled = true
			l := dial(b, c, srv, make([]byte, 16384), []byte("x"))
			cr, sr := l.randoms()
			kb := MasterKeyBlock(VersionTLS12, s, l.log.Secret(cr, LabelClientRandom), cr, sr)
			recs := records(b, l.client.sent)
			recs = recs[len(recs)-3 : len(recs)-1] // Finished, data
			b.SetBytes(int64(len(recs[1])))
			b.ReportAllocs()
			for b.Loop() {
				o, err := NewOpener12(VersionTLS12, s, kb.ClientMAC, kb.ClientKey, kb.ClientIV, false)
				if err != nil {
					b.Fatal(err)
				}
				for _, rec := range recs {
					if _, err := o.Open(rec); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
