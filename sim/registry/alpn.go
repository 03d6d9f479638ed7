package registry

// ALPN says what a well-known protocol name stands for (IANA's registry of
// RFC 7301, Section 6), "GREASE" for a reserved one, or "".
func ALPN(name []byte) string {
	if IsGREASEALPN(name) {
		return GREASE
	}
	switch string(name) {
	case "http/0.9":
		return "HTTP/0.9"
	case "http/1.0":
		return "HTTP/1.0"
	case "http/1.1":
		return "HTTP/1.1"
	case "h2":
		return "HTTP/2"
	case "h2c":
		return "HTTP/2 without TLS"
	case "h3", "h3-29":
		return "HTTP/3"
	case "spdy/1", "spdy/2", "spdy/3", "spdy/3.1":
		return "SPDY"
	case "stun.turn", "stun.nat-discovery":
		return "STUN"
	case "webrtc", "c-webrtc":
		return "WebRTC"
	case "ftp":
		return "FTP"
	case "imap":
		return "IMAP"
	case "pop3":
		return "POP3"
	case "managesieve":
		return "ManageSieve"
	case "xmpp-client", "xmpp-server":
		return "XMPP"
	case "acme-tls/1":
		return "ACME challenge"
	case "mqtt":
		return "MQTT"
	case "dot":
		return "DNS over TLS"
	case "doq":
		return "DNS over QUIC"
	case "ntske/1":
		return "Network Time Security key establishment"
	case "sunrpc":
		return "SunRPC"
	case "smb":
		return "SMB"
	case "irc":
		return "IRC"
	case "nntp":
		return "NNTP"
	case "nnsp":
		return "NNSP"
	case "sip/2":
		return "SIP"
	case "tds/8.0":
		return "TDS"
	case "coap", "co":
		return "CoAP"
	case "dicom":
		return "DICOM"
	case "postgresql":
		return "PostgreSQL"
	case "radius/1.0", "radius/1.1":
		return "RADIUS"
	}
	return ""
}
