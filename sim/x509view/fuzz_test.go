package x509view

import (
	"testing"
	"time"

	"tlsplay/sim/asn1view"
	"tlsplay/sim/trace"
)

func seeds(f *testing.F) {
	i := 0
	for _, der := range goCertificates(f) {
		if i++; i%8 == 0 || len(der) < 600 {
			f.Add(der)
		}
	}
}

// FuzzRead reads a certificate and looks for findings.
func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, der []byte) {
		v := Read(trace.Server, "leaf", &trace.Buffer{ID: 2, Data: der})
		harmless(t, v)
		from, to := Validity(v)
		Standing(from, to, time.Now())
		for _, field := range v.Fields {
			known := false
			for _, id := range FieldIDs() {
				known = known || id == field.ID
			}
			if !known {
				t.Errorf("%s is not listed", field.ID)
			}
		}
	})
}

// FuzzInput takes apart what is pasted.
func FuzzInput(f *testing.F) {
	chain := someChain(f)
	pem := block("CERTIFICATE", chain.Leaf.Raw)
	f.Add([]byte(pem + "x" + block("PRIVATE KEY", []byte{0x30, 3, 2, 1, 0})))
	f.Add([]byte(pem[:90]))
	f.Add([]byte(trace.Dump(chain.Leaf.Raw)))
	f.Add(chain.Leaf.Raw)
	f.Add([]byte("-----BEGIN PKCS7-----\nMIAGCSqGSIb3DQEHAqCAMIACAQExADALBgkqhkiG9w0BBwGggDCA\n-----END PKCS7-----"))
	f.Fuzz(func(t *testing.T, data []byte) {
		objects, err := Input(data)
		if err == nil && len(objects) == 0 {
			t.Error("nothing, and no error")
		}
		for i, o := range objects {
			if o.DER == nil {
				if o.Err == nil {
					t.Error("no bytes, and no error")
				}
				continue
			}
			if o.DER.ID != i {
				t.Errorf("buffer %d of object %d", o.DER.ID, i)
			}
			if err := trace.CheckCover(o.DER, asn1view.Tree(o.DER, o.Kind)); err != nil {
				t.Error(err)
			}
			for _, s := range o.DER.Origin {
				if outer := objects[s.Buffer].DER.Data; string(outer[s.Offset:s.Offset+s.Length]) != string(o.DER.Data) {
					t.Error("the origin is other bytes")
				}
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	der := someChain(b).Leaf.Raw
	b.SetBytes(int64(len(der)))
	b.ReportAllocs()
	for b.Loop() {
		Read(trace.Server, "leaf", &trace.Buffer{Data: der})
	}
}

func BenchmarkFindings(b *testing.B) {
	v := Read(trace.Server, "leaf", &trace.Buffer{Data: someChain(b).Leaf.Raw})
	b.ReportAllocs()
	for b.Loop() {
		Findings(v, time.Unix(1_800_000_000, 0))
	}
}
