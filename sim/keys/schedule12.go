package keys

import (
	"crypto"
	"encoding/binary"
	"fmt"
	"strconv"
)

// The key derivation of TLS 1.0 to 1.2:
//
//	premaster secret --> master secret --> key block --> MAC keys, keys, IVs
//	                          |
//	                          +--> verify_data, exporter
//
// A capture whose key log gives the master secret starts at NewMaster12.

// finishedLen is the length of verify_data in bytes. RFC 5246, Section 7.4.9.
const finishedLen = 12

// MasterLen is the length of the master secret in bytes. RFC 5246, Section 8.1.
const MasterLen = 48

// stage12 is what its stages share.
type stage12 struct {
	rec     *Recorder
	version uint16
	suite   Suite
	secret  []byte
}

// Secret is the stage's secret.
func (s *stage12) Secret() []byte { return s.secret }

// Premaster is the premaster secret.
type Premaster struct{ stage12 }

// Master12 is the master secret, 48 bytes.
type Master12 struct{ stage12 }

// NewPremaster starts from the premaster secret. Its length depends on the key
// exchange: 48 bytes for RSA, the x coordinate for ECDHE, the shared number
// without leading zeros for DHE, see [PSKPremaster] for PSK.
func NewPremaster(rec *Recorder, version uint16, s Suite, premaster []byte) (*Premaster, error) {
	if err := need12(version, s); err != nil {
		return nil, err
	}
	return &Premaster{stage12{rec, version, s, clone(premaster)}}, nil
}

// NewMaster12 starts from a logged master secret (CLIENT_RANDOM).
func NewMaster12(rec *Recorder, version uint16, s Suite, master []byte) (*Master12, error) {
	if err := need12(version, s); err != nil {
		return nil, err
	}
	if len(master) != MasterLen {
		return nil, fmt.Errorf("keys: master secret has %d bytes instead of %d: copy the whole CLIENT_RANDOM line", len(master), MasterLen)
	}
	return &Master12{stage12{rec, version, s, clone(master)}}, nil
}

func need12(version uint16, s Suite) error {
	switch {
	case version == VersionSSL30:
		return fmt.Errorf("keys: SSL 3.0 derives its keys in a way that is not implemented: TLS 1.0 and later can be decrypted")
	case version < VersionTLS10 || version > VersionTLS12:
		return fmt.Errorf("keys: %s has no master secret of this kind: it belongs to TLS 1.0 to 1.2", versionName(version))
	case s.Hash == 0 || s.TLS13():
		return fmt.Errorf("keys: %s does not belong to %s: check version and suite", s.Name, versionName(version))
	}
	return nil
}

// prfHash is the hash of the version's PRF and transcript; crypto.MD5SHA1 stands
// for both together.
func prfHash(version uint16, s Suite) crypto.Hash {
	if version < VersionTLS12 {
		return crypto.MD5SHA1
	}
	return s.Hash
}

// TranscriptHashOf is the hash function of the transcript in that version and
// suite, for [Transcript.SetHash].
func TranscriptHashOf(version uint16, s Suite) crypto.Hash { return prfHash(version, s) }

// section cites the RFC of the version. The numbers are the same in all three.
func (s *stage12) section(number string) string {
	rfc := map[uint16]string{VersionTLS10: "RFC 2246", VersionTLS11: "RFC 4346", VersionTLS12: "RFC 5246"}[s.version]
	return rfc + ", Section " + number
}

func (s *stage12) prf(id, of, label, seedName string, seed []byte, context string, length int, section string) []byte {
	return s.rec.add(Step{
		ID: id, Function: FnPRF, Label: label, Context: context, Hash: prfHash(s.version, s.suite), Section: section,
		Formula: fmt.Sprintf("PRF(%s, %q, %s)[0..%d]", of, label, seedName, length-1),
		Inputs:  []Input{{"secret", s.secret}, {"seed", seed}},
		Output:  prf(s.version, s.suite.Hash, s.secret, label, seed, length),
	})
}

// Master is the classic master secret, bound to the two randoms (32 bytes each).
// RFC 5246, Section 8.1.
func (p *Premaster) Master(clientRandom, serverRandom []byte) *Master12 {
	m := &Master12{p.stage12}
	m.secret = p.prf("master_secret", "pre_master_secret", "master secret", "ClientHello.random + ServerHello.random",
		join(clientRandom, serverRandom), "", MasterLen, p.section("8.1"))
	return m
}

// ExtendedMaster is the extended master secret, bound to the handshake. th covers
// ClientHello..ClientKeyExchange. RFC 7627, Section 4.
func (p *Premaster) ExtendedMaster(th TranscriptHash) *Master12 {
	m := &Master12{p.stage12}
	m.secret = p.prf("master_secret", "pre_master_secret", "extended master secret", "session_hash",
		th.Sum, th.Covers, MasterLen, "RFC 7627, Section 4")
	return m
}

// KeyBlock is the key block and its parts. RFC 5246, Section 6.3.
func (m *Master12) KeyBlock(clientRandom, serverRandom []byte) KeyBlock {
	iv := keyBlockIVLen(m.version, m.suite)
	block := m.prf("key_block", "master_secret", "key expansion", "ServerHello.random + ClientHello.random",
		join(serverRandom, clientRandom), "", 2*(m.suite.MACLen+m.suite.KeyLen+iv), m.section("6.3"))
	kb := cutKeyBlock(block, m.suite.MACLen, m.suite.KeyLen, iv)
	at := 0
	for _, part := range []struct {
		id    string
		value []byte
	}{
		{"client_write_MAC_key", kb.ClientMAC},
		{"server_write_MAC_key", kb.ServerMAC},
		{"client_write_key", kb.ClientKey},
		{"server_write_key", kb.ServerKey},
		{"client_write_IV", kb.ClientIV},
		{"server_write_IV", kb.ServerIV},
	} {
		if len(part.value) == 0 {
			continue
		}
		m.rec.add(Step{
			ID: part.id, Function: FnCut, Section: m.section("6.3"), Inputs: []Input{{"from", block}}, Output: part.value,
			Formula: "key_block[" + strconv.Itoa(at) + ".." + strconv.Itoa(at+len(part.value)-1) + "]", offset: at,
		})
		at += len(part.value)
	}
	return kb
}

// VerifyData is the content of a Finished message, 12 bytes. th covers everything
// before that message. RFC 5246, Section 7.4.9.
func (m *Master12) VerifyData(client bool, th TranscriptHash) []byte {
	label := "server finished"
	if client {
		label = "client finished"
	}
	return m.prf(sideID(client, "verify_data"), "master_secret", label, "Hash(handshake_messages)",
		th.Sum, th.Covers, finishedLen, m.section("7.4.9"))
}

// Export is length bytes of keying material for an application. A nil context is
// another thing than an empty one, which is at most 65535 bytes long. RFC 5705,
// Section 4.
func (m *Master12) Export(label string, clientRandom, serverRandom, context []byte, length int) []byte {
	seed, name := join(clientRandom, serverRandom), "client_random + server_random"
	if context != nil {
		seed = append(binary.BigEndian.AppendUint16(seed, uint16(len(context))), context...)
		name += " + context_value_length + context_value"
	}
	return m.rec.add(Step{
		ID: "exporter", Function: FnPRF, Label: label, Hash: prfHash(m.version, m.suite), Section: "RFC 5705, Section 4",
		Formula: fmt.Sprintf("PRF(master_secret, %q, %s)[0..%d]", label, name, length-1),
		Inputs:  []Input{{"secret", m.secret}, {"seed", seed}},
		Output:  prf(m.version, m.suite.Hash, m.secret, label, seed, length),
	})
}

// PSKPremaster puts a premaster secret together from the pre-shared key and the
// other secret: that of the DHE, ECDHE or RSA exchange, or nil for PSK alone,
// which puts as many zeros there as the key has bytes. RFC 4279, Section 2.
func PSKPremaster(psk, other []byte) []byte {
	if other == nil {
		other = make([]byte, len(psk))
	}
	b := binary.BigEndian.AppendUint16(nil, uint16(len(other)))
	b = append(b, other...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(psk)))
	return append(b, psk...)
}
