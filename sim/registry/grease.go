package registry

// GREASE is the name of the values that RFC 8701 reserves: a client sends them
// at random so that servers stay used to ignoring what they don't know.
const GREASE = "GREASE"

// IsGREASE reports whether a cipher suite, group, extension, signature scheme
// or version is reserved: 0x0a0a, 0x1a1a … 0xfafa (RFC 8701, Section 2).
func IsGREASE(id uint16) bool {
	return id&0x0f0f == 0x0a0a && id>>8 == id&0xff
}

// IsGREASE8 reports whether a PskKeyExchangeMode is reserved: 0x0b, 0x2a …
// 0xe4 (RFC 8701, Section 2).
func IsGREASE8(id uint8) bool { return id%0x1f == 0x0b }

// IsGREASEALPN reports whether a protocol name is reserved: the two equal bytes
// of a reserved number (RFC 8701, Section 2).
func IsGREASEALPN(name []byte) bool {
	return len(name) == 2 && IsGREASE(uint16(name[0])<<8|uint16(name[1]))
}

func grease8(id uint16) bool { return id < 0x100 && IsGREASE8(uint8(id)) }
