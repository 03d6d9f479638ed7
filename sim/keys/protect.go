package keys

import (
	"errors"
	"fmt"
)

// HeaderLen is the length of a record header in bytes: type, version, length.
// RFC 8446, Section 5.1.
const HeaderLen = 5

// The content types of records. RFC 8446, Section 5.1.
const (
	TypeChangeCipherSpec = 20
	TypeAlert            = 21
	TypeHandshake        = 22
	TypeApplicationData  = 23
)

// Opener opens the records of one direction under one key, in order.
type Opener struct {
	version    uint16
	suite      Suite
	etm        bool
	secret     []byte // TLS 1.3
	macKey     []byte
	key, iv    []byte
	seq        uint64
	protection protection
}

// protection decrypts a record. It changes no state unless it succeeds.
type protection interface {
	open(o *Opener, header, fragment []byte) (Opened, error)
}

// Opened is a record that was decrypted and found authentic.
type Opened struct {
	// Type is the content type inside the protection. In TLS 1.3 it comes from
	// the decrypted bytes and is 0 if these are all zeros, which is an error
	// that the receiver answers with unexpected_message.
	Type uint8
	// Plain is what was protected. In TLS 1.3 it is the TLSInnerPlaintext:
	// content, type and zeros (RFC 8446, Section 5.2). Before it is the content.
	Plain []byte
	// ContentLen is how many bytes of Plain are content.
	ContentLen int
	// Inner is all that the cipher decrypted. It starts with Plain and equals it
	// for an AEAD; MAC and padding of other ciphers follow (with
	// encrypt-then-MAC only the padding).
	Inner []byte

	Seq     uint64 // sequence number under this key
	Nonce   []byte // of an AEAD, complete: 12 bytes
	AAD     []byte // of an AEAD: 5 bytes in TLS 1.3, 13 before. Else what the MAC covers before the content
	Tag     []byte // of an AEAD
	MAC     []byte // of any other cipher
	IV      []byte // of a CBC cipher, of one block
	Padding []byte // of a CBC cipher, the padding_length byte included
}

// ErrAuthentication is wrapped by every error that says that a record is not
// authentic under the key: wrong key, changed bytes or records missing before it.
var ErrAuthentication = errors.New("keys: record does not authenticate")

func errAuth(what string) error {
	return fmt.Errorf("%w: the %s does not match: check that key, sequence number and bytes belong together", ErrAuthentication, what)
}

// NewOpener13 opens records of TLS 1.3 under a traffic secret, which is as long
// as the suite's hash. RFC 8446, Section 5.2.
func NewOpener13(s Suite, trafficSecret []byte) (*Opener, error) {
	if err := s.Supported(); err != nil {
		return nil, err
	}
	if !s.TLS13() {
		return nil, fmt.Errorf("keys: %s is no TLS 1.3 suite: use NewOpener12 for it", s.Name)
	}
	if len(trafficSecret) != s.Hash.Size() {
		return nil, fmt.Errorf("keys: traffic secret has %d bytes, %s takes %d: check that secret and suite belong together", len(trafficSecret), s.Name, s.Hash.Size())
	}
	o := &Opener{version: VersionTLS13, suite: s, secret: clone(trafficSecret)}
	o.key, o.iv = TrafficKeys(s, trafficSecret)
	aead, err := newAEAD(s, o.key)
	if err != nil {
		return nil, err
	}
	o.protection = aead13{aead}
	return o, nil
}

// NewOpener12 opens records of TLS 1.0 to 1.2 under the keys of one direction, as
// [MasterKeyBlock] cuts them. encryptThenMAC says that the extension of RFC 7366
// was negotiated; it matters to CBC suites only.
func NewOpener12(version uint16, s Suite, macKey, key, iv []byte, encryptThenMAC bool) (*Opener, error) {
	switch {
	case version < VersionTLS10:
		return nil, fmt.Errorf("keys: %s is too old: records of TLS 1.0 and later can be decrypted", versionName(version))
	case version > VersionTLS12 || s.TLS13():
		return nil, fmt.Errorf("keys: %s with %s is TLS 1.3: use NewOpener13 for it", versionName(version), s.Name)
	}
	if err := s.Supported(); err != nil {
		return nil, err
	}
	if s.Cipher.AEAD() && version < VersionTLS12 {
		return nil, fmt.Errorf("keys: %s needs TLS 1.2, the connection speaks %s: check the version", s.Name, versionName(version))
	}
	ivLen := keyBlockIVLen(version, s)
	if len(macKey) != s.MACLen || len(key) != s.KeyLen || len(iv) < ivLen {
		return nil, fmt.Errorf("keys: MAC key, key and IV have %d, %d and %d bytes, %s takes %d, %d and %d: check that keys and suite belong together",
			len(macKey), len(key), len(iv), s.Name, s.MACLen, s.KeyLen, ivLen)
	}
	o := &Opener{
		version: version, suite: s, etm: encryptThenMAC && s.BlockLen > 0,
		macKey: clone(macKey), key: clone(key), iv: clone(iv[:ivLen]),
	}
	var err error
	switch s.Cipher {
	case CipherNull, CipherRC4:
		o.protection, err = newStream(s, macKey, key)
	case CipherAESCBC, Cipher3DESCBC:
		o.protection, err = newCBC(version, s, macKey, key, o.iv)
	default:
		var aead aeadOpener
		if aead, err = newAEAD(s, key); err == nil {
			o.protection = aead12{aead}
		}
	}
	if err != nil {
		return nil, err
	}
	return o, nil
}

// ShapeOf says how the fragment of a protected record divides without its key:
// explicitNonce bytes in front, tag bytes behind. The tag is the AEAD's, or the
// MAC's where that stays unencrypted (null cipher, encrypt-then-MAC).
func ShapeOf(version uint16, s Suite, etm bool) (explicitNonce, tag int) {
	switch {
	case s.TLS13() || s.Cipher.AEAD() || s.TagLen > 0:
		return s.ExplicitNonceLen, s.TagLen
	case s.BlockLen > 0:
		if version >= VersionTLS11 {
			explicitNonce = s.BlockLen
		}
		if etm {
			tag = s.MACLen
		}
	case s.Cipher == CipherNull:
		tag = s.MACLen
	}
	return explicitNonce, tag
}

// Open decrypts one record, header included. On failure nothing changes: the
// sequence number stays, and the same record can be tried again.
func (o *Opener) Open(record []byte) (Opened, error) {
	if len(record) < HeaderLen {
		return Opened{}, fmt.Errorf("keys: record has %d bytes, its header alone takes %d: pass the whole record", len(record), HeaderLen)
	}
	header, fragment := record[:HeaderLen], record[HeaderLen:]
	if n := int(header[3])<<8 | int(header[4]); n != len(fragment) {
		return Opened{}, fmt.Errorf("keys: record header says %d bytes, %d follow: pass exactly one record", n, len(fragment))
	}
	opened, err := o.protection.open(o, header, fragment)
	if err != nil {
		return Opened{}, err
	}
	opened.Seq = o.seq
	o.seq++
	return opened, nil
}

// Next opens the records that follow a KeyUpdate of TLS 1.3, from sequence
// number 0. RFC 8446, Section 7.2.
func (o *Opener) Next() (*Opener, error) {
	if o.version != VersionTLS13 {
		return nil, fmt.Errorf("keys: %s has no KeyUpdate: only TLS 1.3 updates keys", versionName(o.version))
	}
	return NewOpener13(o.suite, NextTrafficSecret(o.suite, o.secret))
}

// Version is the protocol version.
func (o *Opener) Version() uint16 { return o.version }

// Suite is the cipher suite.
func (o *Opener) Suite() Suite { return o.suite }

// EncryptThenMAC tells whether the MAC covers the ciphertext (RFC 7366).
func (o *Opener) EncryptThenMAC() bool { return o.etm }

// Secret is the traffic secret, nil before TLS 1.3. Don't change it.
func (o *Opener) Secret() []byte { return o.secret }

// MACKey is the HMAC key, empty for an AEAD. Don't change it.
func (o *Opener) MACKey() []byte { return o.macKey }

// Key is the encryption key. Don't change it.
func (o *Opener) Key() []byte { return o.key }

// IV is the part of the nonce or IV that was derived: 12 bytes in TLS 1.3 and for
// ChaCha20-Poly1305, 4 for GCM and CCM in TLS 1.2, one block for CBC in TLS 1.0,
// else none. Don't change it.
func (o *Opener) IV() []byte { return o.iv }

// Seq is the sequence number of the next record.
func (o *Opener) Seq() uint64 { return o.seq }

// Skip passes over n records that are missing or could not be opened. It fails
// where records depend on the ones before: RC4, and CBC in TLS 1.0.
func (o *Opener) Skip(n uint64) error {
	if o.suite.Cipher == CipherRC4 || o.suite.BlockLen > 0 && o.version == VersionTLS10 {
		return fmt.Errorf("keys: %s in %s decrypts a record only after all before it: the missing record is needed", o.suite.Name, versionName(o.version))
	}
	o.seq += n
	return nil
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }
