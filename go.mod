module tlsplay

go 1.26.0

// The playground must be able to speak, and so to show, what crypto/tls has
// retired: static RSA key exchange, 3DES and TLS 1.0 servers. cryptocustomrand
// lets a run's seeded randomness reach every key and signature (sim/entropy).
godebug (
	cryptocustomrand=1
	tls10server=1
	tls3des=1
	tlsrsakex=1
)
