package registry

// SSL2Cipher names a three-byte cipher spec of an SSL 2.0 hello: SSL 2.0's own,
// or, below 0x010000, a cipher suite of SSL 3.0 and TLS (RFC 5246, Appendix E.2).
func SSL2Cipher(id uint32) string {
	switch id {
	case 0x010080:
		return "SSL_CK_RC4_128_WITH_MD5"
	case 0x020080:
		return "SSL_CK_RC4_128_EXPORT40_WITH_MD5"
	case 0x030080:
		return "SSL_CK_RC2_128_CBC_WITH_MD5"
	case 0x040080:
		return "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"
	case 0x050080:
		return "SSL_CK_IDEA_128_CBC_WITH_MD5"
	case 0x060040:
		return "SSL_CK_DES_64_CBC_WITH_MD5"
	case 0x0700c0:
		return "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"
	case 0x080080:
		return "SSL_CK_RC4_64_WITH_MD5"
	}
	if id < 1<<16 {
		return Suite(uint16(id))
	}
	return ""
}
