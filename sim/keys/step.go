package keys

import (
	"crypto"
	"strconv"
)

// Step is one recorded derivation.
type Step struct {
	// ID names what was derived, as the RFC does: client_handshake_traffic_secret.
	ID string
	// Update counts the KeyUpdates before, for secrets and keys that have them.
	Update int
	// Function is one of the Fn constants.
	Function string
	// Label is the ASCII label that went in, without the "tls13 " prefix.
	Label  string
	Inputs []Input
	// Context says which handshake messages the transcript hash among the inputs
	// covers: "ClientHello..ServerHello". Empty if none is.
	Context string
	Output  []byte
	// Formula is the derivation as the RFC writes it.
	Formula string
	// Section is where the RFC does: "RFC 8446, Section 7.1".
	Section string
	// Hash is the hash function inside; crypto.MD5SHA1 stands for the PRF of TLS
	// 1.0 and 1.1.
	Hash crypto.Hash

	offset int // of a cut
}

// Input is a value that goes into a step.
type Input struct {
	Name  string
	Value []byte
}

// The functions of steps, with the names of their inputs.
const (
	FnExtract = "HKDF-Extract"      // salt, IKM
	FnExpand  = "HKDF-Expand-Label" // Secret, Context (may be empty), HkdfLabel
	FnDerive  = "Derive-Secret"     // Secret, Context (a transcript hash), HkdfLabel
	FnHMAC    = "HMAC"              // key, data
	FnPRF     = "PRF"               // secret, seed
	FnCut     = "cut"               // from: a part of it
	FnConcat  = "concatenation"     // the parts
	FnECDH    = "ECDH"              // private key, peer's public key
	FnDecaps  = "ML-KEM.Decaps"     // seed of the decapsulation key, ciphertext
	FnRSA     = "RSAES-PKCS1-v1_5"  // ciphertext
)

// Input is the input of that name, nil if there is none.
func (s Step) Input(name string) []byte {
	for _, in := range s.Inputs {
		if in.Name == name {
			return in.Value
		}
	}
	return nil
}

// Recorder collects the steps of one connection in the order in which they were
// taken. Its zero value is ready; a nil Recorder records nothing.
type Recorder struct {
	steps []Step
	known map[stepKey]bool
}

// stepKey tells steps apart: the same value under the same name is the same step.
type stepKey struct {
	id     string
	update int
	output string
}

// Steps are the steps so far.
func (r *Recorder) Steps() []Step {
	if r == nil {
		return nil
	}
	return r.steps[:len(r.steps):len(r.steps)]
}

// Step is the last step of that ID.
func (r *Recorder) Step(id string) (Step, bool) {
	if r != nil {
		for i := len(r.steps) - 1; i >= 0; i-- {
			if r.steps[i].ID == id {
				return r.steps[i], true
			}
		}
	}
	return Step{}, false
}

// add records a step once: asking for the same secret again changes nothing.
func (r *Recorder) add(s Step) []byte {
	if r == nil {
		return s.Output
	}
	key := stepKey{s.ID, s.Update, string(s.Output)}
	if r.known[key] {
		return s.Output
	}
	if r.known == nil {
		r.known = map[stepKey]bool{}
	}
	r.known[key] = true
	r.steps = append(r.steps, s)
	return s.Output
}

func quote(label string) string { return strconv.Quote(label) }

// sideID puts the side in front: client_write_key.
func sideID(client bool, id string) string {
	if client {
		return "client_" + id
	}
	return "server_" + id
}

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// covers is the messages between the first and the last as "ClientHello..Finished".
func covers(first, last string) string {
	if first == last {
		return first
	}
	return first + ".." + last
}
