package trust

import (
	"crypto/x509"

	"tlsplay/sim/trace"
)

// series is checks about one certificate, which end with the first that fails.
type series struct {
	at   int
	list []*trace.Step
}

func (s *series) add(k *check, issuer int, ok bool, reason string) bool {
	s.list = append(s.list, step(k, s.at, issuer, ok, visible(reason)))
	return ok
}

// values are what the last check was made with.
func (s *series) values(signature, key []byte) {
	s.list[len(s.list)-1].Values = []trace.NamedBytes{{Name: "signature", Value: signature}, {Name: "subjectPublicKeyInfo of the signer", Value: key}}
}

// maxStatements bounds what is checked of one kind: each costs a signature.
const maxStatements = 16

// statements judges what others say about the certificates. It is for those that
// can be read alone.
func (v *verifier) statements() {
	if len(v.sent) == 0 || unreadable(v.out.Steps) {
		return
	}
	add := func(kind string, at int, steps []*trace.Step) {
		v.out.Statements = append(v.out.Statements, &trace.Statement{Kind: kind, At: at, Steps: steps, OK: !failed(steps)})
	}
	leaf := link{v.sent[0], 0}
	pairs := v.pairs()
	for i, der := range v.OCSP[:min(len(v.OCSP), maxStatements)] {
		add("ocsp", i, v.ocsp(readResponse(der), pairs))
	}
	sct := func(at int, b, entry []byte) {
		steps := []*trace.Step{step(checkLog, 0, -1, false, "It can't be read as a timestamp of version 1.")}
		if t, ok := readTimestamp(b); ok {
			steps = t.judge(0, v.Logs, entry, v.Time)
		}
		add("sct", at, steps)
	}
	for i, b := range v.SCTs[:min(len(v.SCTs), maxStatements)] {
		sct(i, b, x509Entry(leaf.Certificate))
	}
	inside := embedded(leaf.Certificate)
	for _, b := range inside[:min(len(inside), maxStatements)] {
		if len(pairs) == 0 {
			add("sct", -1, []*trace.Step{step(checkLog, 0, -1, false, "The certificate of the issuer is not here, whose key the log has signed, too.")})
			break
		}
		sct(-1, b, precertEntry(leaf.Certificate, pairs[0][1].Certificate))
	}
}

// pairs is the certificates of the best path, each with its issuer: one that
// was accepted, or else the first whose signatures hold so far.
func (v *verifier) pairs() (pairs [][2]link) {
	byPlace := func(i int) *x509.Certificate {
		for _, c := range v.Roots {
			if v.of(c, true) == i {
				return c
			}
		}
		for _, c := range v.sent {
			if v.of(c, false) == i {
				return c
			}
		}
		return nil
	}
	for _, p := range v.out.Paths {
		var found [][2]link
		for _, s := range p.Steps {
			if s.Check == checkSignature.id && s.OK {
				found = append(found, [2]link{{byPlace(s.Certificate), s.Certificate}, {byPlace(s.Issuer), s.Issuer}})
			}
		}
		if p.OK {
			return found
		}
		if len(found) > len(pairs) {
			pairs = found
		}
	}
	return pairs
}

// ocsp judges a response about the certificate that it names, or else about the
// leaf.
func (v *verifier) ocsp(r *response, pairs [][2]link) []*trace.Step {
	if len(pairs) == 0 {
		return []*trace.Step{step(checkResponder, 0, -1, false, "The certificate of the issuer is not here, with whose key it could be checked.")}
	}
	pair := pairs[0]
	for _, p := range pairs {
		if r.problem == "" {
			if ok, _ := r.about(p[0].Certificate, p[1].Certificate); ok {
				pair = p
				break
			}
		}
	}
	return r.judge(pair[0], pair[1], v.Time)
}
