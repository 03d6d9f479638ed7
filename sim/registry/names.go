package registry

// Suite names a cipher suite.
func Suite(id uint16) string {
	if IsGREASE(id) {
		return GREASE
	}
	return suites.name(id)
}

// Suites lists every cipher suite that has a name, in ascending order.
func Suites() []uint16 { return append([]uint16(nil), suites.all()...) }

// Group names a supported group (RFC 8446, Section 4.2.7).
func Group(id uint16) string { return groups.name(id) }

// Groups lists every group that has a name.
func Groups() []uint16 { return append([]uint16(nil), groups.all()...) }

// SignatureSchemes lists every signature scheme that has a name.
func SignatureSchemes() []uint16 { return append([]uint16(nil), schemes.all()...) }

// Version names a protocol version.
func Version(id uint16) string {
	if id>>8 == 0x7f && id&0xff < 0x40 {
		return "TLS 1.3 (draft " + itoa(uint8(id)) + ")"
	}
	return versions.name(id)
}

func itoa(n uint8) string {
	if n < 10 {
		return string('0' + rune(n))
	}
	return string([]byte{'0' + n/10, '0' + n%10})
}

// ContentType names a record's content type (RFC 8446, Section 5.1).
func ContentType(id uint8) string { return contentTypes.name(uint16(id)) }

// HandshakeType names a handshake message (RFC 8446, Section 4).
func HandshakeType(id uint8) string { return handshakeTypes.name(uint16(id)) }

// Extension names an extension (RFC 8446, Section 4.2).
func Extension(id uint16) string { return extensions.name(id) }

// Extensions lists every extension that has a name.
func Extensions() []uint16 { return append([]uint16(nil), extensions.all()...) }

// AlertLevel names an alert's level (RFC 8446, Section 6).
func AlertLevel(id uint8) string { return alertLevels.name(uint16(id)) }

// Alert names an alert's description (RFC 8446, Section 6.2).
func Alert(id uint8) string { return alerts.name(uint16(id)) }

// Alerts lists every alert that has a name.
func Alerts() []uint8 {
	var ids []uint8
	for _, id := range alerts.all() {
		ids = append(ids, uint8(id))
	}
	return ids
}

// PointFormat names an EC point format (RFC 8422, Section 5.1.2).
func PointFormat(id uint8) string { return pointFormats.name(uint16(id)) }

// CompressionMethod names a record compression method (RFC 3749, Section 2).
func CompressionMethod(id uint8) string { return compressionMethods.name(uint16(id)) }

// PSKMode names a PskKeyExchangeMode (RFC 8446, Section 4.2.9).
func PSKMode(id uint8) string { return pskModes.name(uint16(id)) }

// StatusType names a CertificateStatusType (RFC 6066, Section 8).
func StatusType(id uint8) string { return statusTypes.name(uint16(id)) }

// CertificateType names a certificate type (RFC 7250, Section 3).
func CertificateType(id uint8) string { return certificateTypes.name(uint16(id)) }

// CertificateCompression names a CertificateCompressionAlgorithm (RFC 8879,
// Section 3).
func CertificateCompression(id uint16) string { return compressions.name(id) }

// ClientCertificateType names a ClientCertificateType (RFC 5246, Section 7.4.4).
func ClientCertificateType(id uint8) string { return clientCertificateTypes.name(uint16(id)) }

// CurveType names an ECCurveType (RFC 8422, Section 5.4).
func CurveType(id uint8) string { return curveTypes.name(uint16(id)) }

// ServerNameType names a NameType (RFC 6066, Section 3).
func ServerNameType(id uint8) string { return serverNameTypes.name(uint16(id)) }

// MaxFragmentLength names a MaxFragmentLength (RFC 6066, Section 4).
func MaxFragmentLength(id uint8) string { return maxFragmentLengths.name(uint16(id)) }

// HeartbeatMode names a HeartbeatMode (RFC 6520, Section 2).
func HeartbeatMode(id uint8) string { return heartbeatModes.name(uint16(id)) }

// HeartbeatType names a HeartbeatMessageType (RFC 6520, Section 3).
func HeartbeatType(id uint8) string { return heartbeatTypes.name(uint16(id)) }

// KeyUpdate names a KeyUpdateRequest (RFC 8446, Section 4.6.3).
func KeyUpdate(id uint8) string { return keyUpdates.name(uint16(id)) }

// SRTPProfile names an SRTPProtectionProfile (RFC 5764, Section 4.1.2).
func SRTPProfile(id uint16) string { return srtpProfiles.name(id) }

// HPKEKEM names an HPKE key encapsulation mechanism (RFC 9180, Section 7.1).
func HPKEKEM(id uint16) string { return hpkeKEMs.name(id) }

// HPKEKDF names an HPKE key derivation function (RFC 9180, Section 7.2).
func HPKEKDF(id uint16) string { return hpkeKDFs.name(id) }

// HPKEAEAD names an HPKE AEAD (RFC 9180, Section 7.3).
func HPKEAEAD(id uint16) string { return hpkeAEADs.name(id) }

// ECHVersion names the version of an ECHConfig (RFC 9849, Section 4).
func ECHVersion(id uint16) string { return echVersions.name(id) }

// ECHClientHelloType names an ECHClientHelloType (RFC 9849, Section 5).
func ECHClientHelloType(id uint8) string { return echTypes.name(uint16(id)) }

// SCTVersion names the version of a SignedCertificateTimestamp (RFC 6962,
// Section 3.2).
func SCTVersion(id uint8) string { return sctVersions.name(uint16(id)) }

// QUICParameter names a QUIC transport parameter (RFC 9000, Section 18.2); ids
// of the form 31*N+27 are reserved as GREASE there.
func QUICParameter(id uint64) string {
	switch {
	case id == 0xff73db:
		return "version_information_draft"
	case id == 0xff04de1b:
		return "min_ack_delay"
	case id < 1<<16:
		if name := quicParameters.name(uint16(id)); name != "" {
			return name
		}
	}
	if id >= 27 && (id-27)%31 == 0 {
		return GREASE
	}
	return ""
}
