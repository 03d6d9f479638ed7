package keys

import (
	"bytes"
	"crypto/ecdh"
	"crypto/mlkem"
	"crypto/rsa"
	"fmt"
	"slices"
)

// The groups whose shared secrets can be recovered. RFC 8446, Section 4.2.7;
// RFC 10024, Section 4.
const (
	GroupP256               = 0x0017
	GroupP384               = 0x0018
	GroupP521               = 0x0019
	GroupX25519             = 0x001d
	GroupSecP256r1MLKEM768  = 0x11eb
	GroupX25519MLKEM768     = 0x11ec
	GroupSecP384r1MLKEM1024 = 0x11ed
)

// group is how a key share divides. Lengths are in bytes.
type group struct {
	name       string
	curve      ecdh.Curve
	curveName  string
	point      int // length of the curve's public key
	scalar     int // length of its private key, and of a random read for it
	kemFirst   bool
	encapsKey  int // length of the client's ML-KEM part, 0 for none
	ciphertext int // length of the server's
}

func groupByID(id uint16) (group, bool) {
	switch id {
	case GroupX25519:
		return group{name: "x25519", curve: ecdh.X25519(), curveName: "X25519", point: 32, scalar: 32}, true
	case GroupP256:
		return group{name: "secp256r1", curve: ecdh.P256(), curveName: "P-256", point: 65, scalar: 32}, true
	case GroupP384:
		return group{name: "secp384r1", curve: ecdh.P384(), curveName: "P-384", point: 97, scalar: 48}, true
	case GroupP521:
		return group{name: "secp521r1", curve: ecdh.P521(), curveName: "P-521", point: 133, scalar: 66}, true
	case GroupX25519MLKEM768:
		return group{"X25519MLKEM768", ecdh.X25519(), "X25519", 32, 32, true, mlkem.EncapsulationKeySize768, mlkem.CiphertextSize768}, true
	case GroupSecP256r1MLKEM768:
		return group{"SecP256r1MLKEM768", ecdh.P256(), "P-256", 65, 32, false, mlkem.EncapsulationKeySize768, mlkem.CiphertextSize768}, true
	case GroupSecP384r1MLKEM1024:
		return group{"SecP384r1MLKEM1024", ecdh.P384(), "P-384", 97, 48, false, mlkem.EncapsulationKeySize1024, mlkem.CiphertextSize1024}, true
	}
	return group{}, false
}

// split divides a share into the curve's point and the ML-KEM part.
func (g group) split(share []byte, kem int) (point, kemPart []byte, ok bool) {
	if len(share) != g.point+kem {
		return nil, nil, false
	}
	if g.kemFirst {
		return share[kem:], share[:kem], true
	}
	return share[:g.point], share[g.point:], true
}

// scalarFrom makes a private key of a random read the way that crypto/ecdh does:
// X25519 takes the bytes as they are, the NIST curves flip a bit of the second
// byte and mask the first byte of P-521, which has 521 bits in 66 bytes. A scalar
// that is out of range is refused, as crypto/ecdh then reads again.
func (g group) scalarFrom(read []byte) (*ecdh.PrivateKey, error) {
	b := clone(read)
	if g.curve != ecdh.X25519() {
		b[1] ^= 0x42
		if g.curve == ecdh.P521() {
			b[0] &= 1
		}
	}
	return g.curve.NewPrivateKey(b)
}

// findScalar looks for the read that became the private key of point: backwards,
// since the other reads of that length (the random, the session ID) come before.
func (g group) findScalar(reads [][]byte, point []byte) *ecdh.PrivateKey {
	for _, read := range slices.Backward(reads) {
		if len(read) != g.scalar {
			continue
		}
		if key, err := g.scalarFrom(read); err == nil && bytes.Equal(key.PublicKey().Bytes(), point) {
			return key
		}
	}
	return nil
}

// decapsulator is either ML-KEM decapsulation key.
type decapsulator interface {
	Decapsulate(ciphertext []byte) ([]byte, error)
	Bytes() []byte
}

// findDecapsulator looks for the 64-byte read that became the ML-KEM key.
func (g group) findDecapsulator(reads [][]byte, encapsKey []byte) decapsulator {
	for _, read := range reads {
		if len(read) != mlkem.SeedSize {
			continue
		}
		if g.encapsKey == mlkem.EncapsulationKeySize768 {
			if dk, err := mlkem.NewDecapsulationKey768(read); err == nil && bytes.Equal(dk.EncapsulationKey().Bytes(), encapsKey) {
				return dk
			}
		} else if dk, err := mlkem.NewDecapsulationKey1024(read); err == nil && bytes.Equal(dk.EncapsulationKey().Bytes(), encapsKey) {
			return dk
		}
	}
	return nil
}

// PrivateShare is the private half of a key share.
type PrivateShare struct {
	Curve  string // X25519, P-256, P-384 or P-521
	Scalar []byte // its private key: 32, 32, 48 or 66 bytes
	Seed   []byte // of the ML-KEM decapsulation key, d and z: 64 bytes, nil for none
}

// FindShare finds the private half of a client's key share among the random reads
// of the endpoint (in any order, other reads among them). It serves for a server's
// share of the groups without ML-KEM as well: there only the curve counts.
func FindShare(groupID uint16, reads [][]byte, share []byte) (PrivateShare, bool) {
	g, ok := groupByID(groupID)
	if !ok {
		return PrivateShare{}, false
	}
	point, encapsKey, ok := g.split(share, g.encapsKey)
	if !ok {
		return PrivateShare{}, false
	}
	key := g.findScalar(reads, point)
	if key == nil {
		return PrivateShare{}, false
	}
	found := PrivateShare{Curve: g.curveName, Scalar: key.Bytes()}
	if g.encapsKey > 0 {
		dk := g.findDecapsulator(reads, encapsKey)
		if dk == nil {
			return PrivateShare{}, false
		}
		found.Seed = dk.Bytes()
	}
	return found, true
}

// Shared is a shared secret and how it came about.
type Shared struct {
	Secret []byte // what the key schedule takes
	// From is the side whose private key was found: "client" or "server".
	From    string
	Private PrivateShare
	Steps   []Step
}

// SharedSecret recovers the shared secret of a key exchange from the random reads
// of the endpoints and the two key shares as they crossed the wire. The client's
// reads are enough for every group; the server's alone are enough where there is
// no ML-KEM part. The error says what was missing.
func SharedSecret(groupID uint16, clientReads, serverReads [][]byte, clientShare, serverShare []byte) (Shared, error) {
	g, ok := groupByID(groupID)
	if !ok {
		return Shared{}, fmt.Errorf("keys: group 0x%04x is not implemented: its shared secret stays unknown", groupID)
	}
	clientPoint, encapsKey, okC := g.split(clientShare, g.encapsKey)
	serverPoint, ciphertext, okS := g.split(serverShare, g.ciphertext)
	if !okC || !okS {
		return Shared{}, fmt.Errorf("keys: key shares of %s have %d and %d bytes instead of %d and %d: check that both belong to the group",
			g.name, len(clientShare), len(serverShare), g.point+g.encapsKey, g.point+g.ciphertext)
	}
	key, peer, from := g.findScalar(clientReads, clientPoint), serverPoint, "client"
	if key == nil && g.encapsKey == 0 {
		key, peer, from = g.findScalar(serverReads, serverPoint), clientPoint, "server"
	}
	if key == nil {
		return Shared{}, fmt.Errorf("keys: no recorded random read became the private key of this %s share: record the randomness of the endpoint that made it", g.name)
	}
	public, err := g.curve.NewPublicKey(peer)
	if err != nil {
		return Shared{}, fmt.Errorf("keys: the peer's %s share is no public key: %w", g.name, err)
	}
	secret, err := key.ECDH(public)
	if err != nil {
		return Shared{}, fmt.Errorf("keys: %s: %w", g.name, err)
	}
	s := Shared{Secret: secret, From: from, Private: PrivateShare{Curve: g.curveName, Scalar: key.Bytes()}}
	section := "RFC 8446, Section 7.4.2"
	if g.encapsKey == 0 {
		s.Steps = []Step{ecdhStep("shared_secret", g.curveName, key.Bytes(), peer, secret, section)}
		return s, nil
	}
	dk := g.findDecapsulator(clientReads, encapsKey)
	if dk == nil {
		return Shared{}, fmt.Errorf("keys: no recorded random read of %d bytes became the ML-KEM key of this %s share: record the client's randomness", mlkem.SeedSize, g.name)
	}
	kem, err := dk.Decapsulate(ciphertext)
	if err != nil {
		return Shared{}, fmt.Errorf("keys: %s: %w", g.name, err)
	}
	s.Private.Seed = dk.Bytes()
	kemName := "ML-KEM-768"
	if g.encapsKey == mlkem.EncapsulationKeySize1024 {
		kemName = "ML-KEM-1024"
	}
	concat := Step{ID: "shared_secret", Function: FnConcat, Section: "RFC 10024, Section 4.3"}
	if g.kemFirst {
		concat.Inputs, concat.Formula = []Input{{"ML-KEM", kem}, {"ECDH", secret}}, "ML-KEM shared secret + ECDH shared secret"
		s.Secret = join(kem, secret)
	} else {
		concat.Inputs, concat.Formula = []Input{{"ECDH", secret}, {"ML-KEM", kem}}, "ECDH shared secret + ML-KEM shared secret"
		s.Secret = join(secret, kem)
	}
	concat.Output = s.Secret
	s.Steps = []Step{
		ecdhStep("ecdh_shared_secret", g.curveName, key.Bytes(), peer, secret, section),
		{
			ID: "mlkem_shared_secret", Function: FnDecaps, Label: kemName, Formula: kemName + ".Decaps(dk, ciphertext)", Section: "FIPS 203, Section 7.3",
			Inputs: []Input{{"seed", dk.Bytes()}, {"ciphertext", ciphertext}}, Output: kem,
		},
		concat,
	}
	return s, nil
}

func ecdhStep(id, curve string, private, public, secret []byte, section string) Step {
	formula := "ECDH(private key, peer's public key).x"
	if curve == "X25519" {
		formula = "X25519(private key, peer's public key)"
	}
	return Step{
		ID: id, Function: FnECDH, Label: curve, Formula: formula, Section: section,
		Inputs: []Input{{"private key", private}, {"peer's public key", public}}, Output: secret,
	}
}

// Record adds the steps to a recorder.
func (s Shared) Record(rec *Recorder) {
	for _, step := range s.Steps {
		rec.add(step)
	}
}

// DecryptRSAPremaster decrypts the premaster secret (48 bytes) of a static RSA key
// exchange with the server's key: what an eavesdropper who gets hold of that key
// does to every recorded connection. RFC 5246, Section 7.4.7.1.
func DecryptRSAPremaster(rec *Recorder, key *rsa.PrivateKey, encrypted []byte) ([]byte, error) {
	//lint:ignore SA1019 nothing else decrypts what TLS encrypts, and nobody can ask this oracle
	premaster, err := rsa.DecryptPKCS1v15(nil, key, encrypted)
	if err != nil {
		return nil, fmt.Errorf("keys: the premaster secret does not decrypt: %w: pass the private key of the certificate that the server sent", err)
	}
	if len(premaster) != MasterLen {
		return nil, fmt.Errorf("keys: the decrypted premaster secret has %d bytes instead of %d: it was made wrongly or for another key", len(premaster), MasterLen)
	}
	return rec.add(Step{
		ID: "pre_master_secret", Function: FnRSA, Formula: "RSAES-PKCS1-v1_5-Decrypt(server's private key, EncryptedPreMasterSecret)",
		Section: "RFC 5246, Section 7.4.7.1", Inputs: []Input{{"ciphertext", encrypted}}, Output: premaster,
	}), nil
}
