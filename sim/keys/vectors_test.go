package keys

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"strings"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
)

// TestPRF: the vectors that were published on the IETF's TLS list (May 2009,
// msg03416) and that every implementation is measured by.
func TestPRF(t *testing.T) {
	for _, c := range []struct {
		hash               crypto.Hash
		secret, seed, want string
	}{
		{
			crypto.SHA256, "9bbe436ba940f017b17652849a71db35", "a0ba9f936cda311827a6f796ffd5198c",
			"e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a" +
				"6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab" +
				"4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701" +
				"87347b66",
		},
		{
			crypto.SHA384, "b80b733d6ceefcdc71566ea48e5567df", "cd665cf6a8447dd6ff8b27555edb7465",
			"7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cd" +
				"e9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700884f9dc236f80edd" +
				"8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d918425" +
				"9b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee6" +
				"91c8f3a26854308d5eaa3be85e0990703d73e56f",
		},
	} {
		want := unhex(t, c.want)
		if got := prf(VersionTLS12, c.hash, unhex(t, c.secret), "test label", unhex(t, c.seed), len(want)); !bytes.Equal(got, want) {
			t.Errorf("%v: got %x", c.hash, got)
		}
	}
}

// TestTLS10Derivation: the values that Go's crypto/tls took from GnuTLS (prf_test.go
// there): premaster to master, key block and exporter.
func TestTLS10Derivation(t *testing.T) {
	s, _ := SuiteByID(0x0005) // TLS_RSA_WITH_RC4_128_SHA
	for _, c := range [][10]string{
		{
			"0302cac83ad4b1db3b9ab49ad05957de2a504a634a386fc600889321e1a971f57479466830ac3e6f468e87f5385fa0c5",
			"4ae66303755184a3917fcb44880605fcc53baa01912b22ed94473fc69cebd558",
			"4ae663020ec16e6bb5130be918cfcafd4d765979a3136a5d50c593446e4e44db",
			"3d851bab6e5556e959a16bc36d66cfae32f672bfa9ecdef6096cbb1b23472df1da63dbbd9827606413221d149ed08ceb",
			"805aaa19b3d2c0a0759a4b6c9959890e08480119",
			"2d22f9fe519c075c16448305ceee209fc24ad109",
			"d50b5771244f850cd8117a9ccafe2cf1",
			"e076e33206b30507a85c32855acd0919",
			"4d1bb6fc278c37d27aa6e2a13c2e079095d143272c2aa939da33d88c1c0cec22",
			"93fba89599b6321ae538e27c6548ceb8b46821864318f5190d64a375e5d69d41",
		},
		{
			"832d515f1d61eebb2be56ba0ef79879efb9b527504abb386fb4310ed5d0e3b1f220d3bb6b455033a2773e6d8bdf951d278a187482b400d45deb88a5d5a6bb7d6a7a1decc04eb9ef0642876cd4a82d374d3b6ff35f0351dc5d411104de431375355addc39bfb1f6329fb163b0bc298d658338930d07d313cd980a7e3d9196cac1",
			"4ae663b2ee389c0de147c509d8f18f5052afc4aaf9699efe8cb05ece883d3a5e",
			"4ae664d503fd4cff50cfc1fb8fc606580f87b0fcdac9554ba0e01d785bdf278e",
			"1aff2e7a2c4279d0126f57a65a77a8d9d0087cf2733366699bec27eb53d5740705a8574bb1acc2abbe90e44f0dd28d6c",
			"3c7647c93c1379a31a609542aa44e7f117a70085",
			"0d73102994be74a575a3ead8532590ca32a526d4",
			"ac7581b0b6c10d85bbd905ffbf36c65e",
			"ff07edde49682b45466bd2e39464b306",
			"678b0d43f607de35241dc7e9d1a7388a52c35033a1a0336d4d740060a6638fe2",
			"f3b4ac743f015ef21d79978297a53da3e579ee047133f38c234d829c0f907dab",
		},
	} {
		cr, sr := unhex(t, c[1]), unhex(t, c[2])
		p, err := NewPremaster(nil, VersionTLS10, s, unhex(t, c[0]))
		if err != nil {
			t.Fatal(err)
		}
		m := p.Master(cr, sr)
		kb := m.KeyBlock(cr, sr)
		for i, got := range [][]byte{
			m.Secret(), kb.ClientMAC, kb.ServerMAC, kb.ClientKey, kb.ServerKey,
			m.Export("label", cr, sr, []byte("context"), 32), m.Export("label", cr, sr, nil, 32),
		} {
			if want := unhex(t, c[3+i]); !bytes.Equal(got, want) {
				t.Errorf("value %d is %x, want %x", i, got, want)
			}
		}
		if direct := MasterKeyBlock(VersionTLS10, s, m.Secret(), cr, sr); !bytes.Equal(direct.Block, kb.Block) {
			t.Error("MasterKeyBlock differs")
		}
	}
}

// TestExtendedMasterSecret: NIST's ACVP sample vectors for the KDF of TLS 1.2 with
// RFC 7627 (usnistgov/ACVP-Server, TLS-v1.2-KDF-RFC7627, test cases 1, 2, 32, 33):
// premaster, session hash, client and server random, master, key block.
func TestExtendedMasterSecret(t *testing.T) {
	for _, c := range []struct {
		hash    crypto.Hash
		vectors string
	}{
		{crypto.SHA256, `
			8252B983A6459A6FB3B9DEBE8725247E276139EBF7C9ADCCDD7D240F3ADA7F5E3351B2769B6C8DC169A6D799C3C0FFEB
			1359D7DF74CB27C67F74C98D521D442B887EAF0DECF6E382C62434D6C3DD7D0D
			ABE7AF69AFFC5E0944F4009B3E7ABD1CC0A5CCE8DB055EFF4A509E5B6DE9475A
			50E0A1A1FD64A55259781A5C22580A81F99799C32F52D3F48D2C10C5C692E289
			43A5E821FCF5446C712207F7CD161ED213EE3B9D001D418C57231BEFD596B583ECD55AB2C4456B02738698F90BC59AC0
			4886E75BE82DD4FB73C540729072D3E29B93C164E1CFFE071F1212B1237B98DC0B0A5895F331F7180CEB30B17BB8C3E92A074B26325FF975237DBD22320C0B88D64931F39C777B1527D36A999AD5FE5EE7F53FC42A509BEB22634B17EC7B768EAF6A87977CF8670B34D0A76EBCE6A659DAB6C15B4B86B98B9A63C50BBE1E2A09
			CBF55E41501394407612D1EC385104FA1A8E59EB00832ECCBD0B92C2404AF47E7171EAEC467F04E06F8DCAE0ADD1BBEE
			6D7CBB7E2DFFD4E1AD853998E74C647586838C47B1E113AF5B58586D66A26A4D
			F4DD2B599984F5E514320D12DCDA8D11B32E61EFD888F5ABA1AD28B780B2B739
			804814A3C29B9D842B5AA0E1F11C4BA580BDACB0A33CAAB74CCF02DA90787397
			89902A83BE5FE73E31A5DFE1F631EFFCCB490326F2781E9983B5695E728F10F9EA12F659B62DBE98886959AEC0833092
			B0BF5C1F8582FADD3356A1A2D68C438AA17689401A95D5E7564E9743637C2BCD1AE29FC67B553B4A8369548D1F9917FF1FF8F977BC45EC6D7EC2C98515E3ABD5776B111883D19EF82FB49834F4D3749F902BFCE5DE527CE7B622728E9A0D368B8028019793F2BFD854838C9B02DE7E056AD19A71621D986A2FB1757C0901DDE8`},
		{crypto.SHA384, `
			A32921B278779B31B81B6D3EA0486118E371B6AD00BA225D8914D74DCAF1550F6AC83426EF49B41F0CCFD600E7D90A2B
			629B3DE3EEABF54605D4797F7D7016F93CD69B60B1993939A12B27EBC4D76643695FCE1CDD894FF5531A120FF7362F90
			FCBD3C7CF57ED192C9E9E15E05E44D7959F36978D5BD950469B8644A4C350E3C
			C7ECC2E678BA6B245B03965996755102DD8CFEBBEA79075E95F28A665274379D
			4FD9A5C274E46C961F2EA128FA7A4ED949DAB2FA924E6961695C76AD1117F6432057983FF138D8D18D3111F3C0651E40
			9CBEF48019B8D4C478B42346C1655857AC26C4E56E70E1378F0C5456E4F098C80A27A1D26294AE59ACC713A2CED47BCCB50616889727C5FD76FC8F425F8800D4C144D569395AD64975682B67C6BA360C7066FDC322E47995511D48ACD0E01F9C9113B425DA337D3FC285364EBB290142F79377047A7D475EE642F264BB7F73B1
			29EF9C751D28E3B72FC0CD7035A70BBCC8A3EFF37ED77379D4E9666DE74F7D7D8F411174157F8242B1374C9EB7947940
			FEB9958EAFA5CC61D8376AE242A8AD83DC5FCB3D893020BDB01F0C6A6959B6DE52BEB8752A3EC090DAAAE491380DB0D6
			27216F669D07807F74707C10C7A66161C49C20B3717B5D91CABE8643BE3ED525
			2163217EC23ECA65A9EEF2EE2C4EE0304024C5EF85B0DDEFFD99A08C68633166
			5B74CD919784A7AFC4AB5920835417293BF314B0F423A00145BF8AAA1C933858C8A4018A466560962731DBC7AF622643
			9210C9C6B501374F6229BFAA0C11B63E775EBC4AE0CB4F84DDD8F3395FA56B66FB855E442F6EFAFB0E46D579DECF68BB58294EE10269D646F088E044345176EB196AF73947F366124CE793F7D37BFB0FD1880DAAB202BABA117AFDEF31DFB72AB29ADE1226EF944F0D453878820A5A0801A49C03B7EB0B571066671799218B72`},
	} {
		// The shape of a suite whose key block is as long as the vectors': 128 bytes.
		s := Suite{Name: "TLS_X_WITH_TEST", Hash: c.hash, KeyLen: 64}
		v := strings.Fields(c.vectors)
		for ; len(v) > 0; v = v[6:] {
			p, err := NewPremaster(nil, VersionTLS12, s, unhex(t, v[0]))
			if err != nil {
				t.Fatal(err)
			}
			m := p.ExtendedMaster(TranscriptHash{"ClientHello..ClientKeyExchange", unhex(t, v[1])})
			if !bytes.Equal(m.Secret(), unhex(t, v[4])) {
				t.Errorf("master secret is %x", m.Secret())
			}
			if kb := m.KeyBlock(unhex(t, v[2]), unhex(t, v[3])); !bytes.Equal(kb.Block, unhex(t, v[5])) {
				t.Errorf("key block is %x", kb.Block)
			}
		}
	}
}

// TestCCM: RFC 3610, Section 8, packet vectors 1 to 4.
func TestCCM(t *testing.T) {
	block, err := aes.NewCipher(unhex(t, "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"))
	if err != nil {
		t.Fatal(err)
	}
	c := newCCM(block, 8)
	for _, v := range [][4]string{ // nonce, header, plaintext, ciphertext and tag
		{"00000003020100a0a1a2a3a4a5", "0001020304050607", "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e", "588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0"},
		{"00000004030201a0a1a2a3a4a5", "0001020304050607", "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3ba091d56e10400916"},
		{"00000005040302a0a1a2a3a4a5", "0001020304050607", "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "51b1e5f44a197d1da46b0f8e2d282ae871e838bb64da8596574adaa76fbd9fb0c5"},
		{"00000006050403a0a1a2a3a4a5", "000102030405060708090a0b", "0c0d0e0f101112131415161718191a1b1c1d1e", "a28c6865939a9a79faaa5c4c2a9d4a91cdac8c96c861b9c9e61ef1"},
	} {
		sealed := unhex(t, v[3])
		got, err := c.Open(nil, unhex(t, v[0]), sealed, unhex(t, v[1]))
		if err != nil || !bytes.Equal(got, unhex(t, v[2])) {
			t.Errorf("nonce %s: %x, %v", v[0], got, err)
		}
		for i := range sealed {
			sealed[i] ^= 1
			if _, err := c.Open(nil, unhex(t, v[0]), sealed, unhex(t, v[1])); err == nil {
				t.Errorf("nonce %s: opens with byte %d changed", v[0], i)
			}
			sealed[i] ^= 1
		}
	}
}

// TestChaCha20Poly1305: RFC 8439, Section 2.8.2, through the record layer's own
// interface.
func TestChaCha20Poly1305(t *testing.T) {
	key := unhex(t, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")
	s, _ := SuiteByID(0x1303)
	aead, err := newAEAD(s, key)
	if err != nil || aead.Overhead() != chacha20poly1305.Overhead {
		t.Fatal(err)
	}
	got, err := aead.Open(nil, unhex(t, "070000004041424344454647"), unhex(t,
		"d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"+
			"3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"+
			"92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"+
			"3ff4def08e4b7a9de576d26586cec64b6116"+"1ae10b594f09e26a7e902ecbd0600691"),
		unhex(t, "50515253c0c1c2c3c4c5c6c7"))
	if err != nil || !bytes.HasPrefix(got, []byte("Ladies and Gentlemen of the class of '99")) {
		t.Errorf("%q, %v", got, err)
	}
}
