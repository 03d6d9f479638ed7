package trace

import "sync"

// What can get into the wrong hands.
const (
	StolenServerKey     = "server_key"     // the private key of the server's certificate
	StolenTrafficSecret = "traffic_secret" // the secret of the client's records; up to TLS 1.2 the master secret
	StolenTicketKey     = "ticket_key"     // Trace.TicketKey
	// StolenECDHKey is what a quantum computer finds: the private keys of all that
	// crossed the wire in the clear, but those of ML-KEM.
	StolenECDHKey = "ecdh_key"
)

// Theft is a recording of the run in the hands of someone who has stolen a
// secret. He reads it when his loot is first asked for, which takes a browser as
// long as it took to read the run.
type Theft struct {
	What string // one of the above
	read func() Loot
}

// Steal is the theft of what, whose loot read will be.
func Steal(what string, read func() Loot) Theft { return Theft{what, sync.OnceValue(read)} }

// Loot is what the thief reads. It is the same each time.
func (t Theft) Loot() Loot { return t.read() }

// Loot is what someone decrypts who knows what crossed the wire and what he has
// stolen, and nothing else.
type Loot struct {
	Protected int      // how many protected records or packets he has
	Opened    []*Event // those of them that he decrypted, as he sees them
}
