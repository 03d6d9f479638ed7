package trust

import (
	"bytes"
	"crypto/x509"
	"slices"
	"strings"
)

// policyNode is a policy that holds at some depth of a path. RFC 9618, Section
// 5.1.
type policyNode struct {
	policy   string
	expected []string // what the next certificate may call it
	parents  []*policyNode
	live     bool // leads to the last certificate
}

const anyPolicy = "2.5.29.32.0"

// policies runs the policy graph of RFC 9618, Section 5, over the certificates
// below the root. It prunes once at the end, which comes to the same.
func (v *verifier) policies(chain []link) (ok bool, at int, reason string) {
	n := len(chain) - 1
	if n == 0 {
		return true, -1, "A path of one certificate has no policies to follow."
	}
	explicit, mapping, inhibit := n+1, n+1, n+1 // how many certificates until each comes into force
	levels := []map[string]*policyNode{{anyPolicy: {policy: anyPolicy, expected: []string{anyPolicy}}}}
	for i := n - 1; i >= 0; i-- {
		c := chain[i]
		selfIssued := bytes.Equal(c.RawIssuer, c.RawSubject)
		if len(c.Policies) == 0 {
			levels = nil
		}
		if explicit == 0 && levels == nil {
			return false, c.at, "A policy is required, and it has none."
		}
		if levels != nil {
			level := nextLevel(levels[len(levels)-1], c.Certificate, inhibit > 0 || i > 0 && selfIssued)
			levels = append(levels, level)
			if i > 0 && !mapPolicies(level, c.PolicyMappings, mapping > 0) {
				return false, c.at, "It maps any policy, which is forbidden."
			}
		}
		if i == 0 {
			break
		}
		if !selfIssued {
			explicit, mapping, inhibit = max(explicit-1, 0), max(mapping-1, 0), max(inhibit-1, 0)
		}
		if c.RequireExplicitPolicy > 0 || c.RequireExplicitPolicyZero {
			explicit = min(explicit, c.RequireExplicitPolicy)
		}
		if c.InhibitPolicyMapping > 0 || c.InhibitPolicyMappingZero {
			mapping = min(mapping, c.InhibitPolicyMapping)
		}
		if c.InhibitAnyPolicy > 0 || c.InhibitAnyPolicyZero {
			inhibit = min(inhibit, c.InhibitAnyPolicy)
		}
	}
	explicit = max(explicit-1, 0)
	if chain[0].RequireExplicitPolicyZero {
		explicit = 0
	}
	if explicit > 0 {
		return true, -1, "No authority requires a policy."
	}
	valid := v.accepted(validPolicies(levels))
	if len(valid) == 0 {
		return false, chain[0].at, "A policy is required, and none is valid along the whole path."
	}
	return true, -1, "A policy is required, and " + shorten(strings.Join(valid, ", ")) + " is valid along the whole path."
}

// nextLevel is the policies of c under those of the certificate above. RFC 9618,
// Section 5.4, step (d).
func nextLevel(above map[string]*policyNode, c *x509.Certificate, anyCounts bool) map[string]*policyNode {
	level, byExpected := map[string]*policyNode{}, map[string][]*policyNode{}
	for _, p := range above {
		for _, e := range p.expected {
			if l := byExpected[e]; len(l) == 0 || l[len(l)-1] != p { // a mapping can come twice
				byExpected[e] = append(l, p)
			}
		}
	}
	hasAny := false
	for _, oid := range c.Policies {
		p := oid.String()
		if p == anyPolicy {
			hasAny = true
			continue
		}
		parents := byExpected[p]
		if len(parents) == 0 && above[anyPolicy] != nil {
			parents = []*policyNode{above[anyPolicy]}
		}
		if len(parents) > 0 {
			level[p] = &policyNode{policy: p, expected: []string{p}, parents: parents}
		}
	}
	if hasAny && anyCounts {
		for e, parents := range byExpected {
			if level[e] == nil {
				level[e] = &policyNode{policy: e, expected: []string{e}, parents: parents}
			}
		}
	}
	return level
}

// mapPolicies renames policies for what follows. RFC 9618, Section 5.5.
func mapPolicies(level map[string]*policyNode, mappings []x509.PolicyMapping, allowed bool) bool {
	to := map[string][]string{}
	for _, m := range mappings {
		from, subject := m.IssuerDomainPolicy.String(), m.SubjectDomainPolicy.String()
		if !allowed {
			delete(level, from)
			continue
		}
		if from == anyPolicy || subject == anyPolicy {
			return false
		}
		to[from] = append(to[from], subject)
	}
	for from, subjects := range to {
		if p := level[from]; p != nil {
			p.expected = subjects
		} else if a := level[anyPolicy]; a != nil {
			level[from] = &policyNode{policy: from, expected: subjects, parents: []*policyNode{a}}
		}
	}
	return true
}

// validPolicies is the policies that begin at the root under any policy and lead
// to the last certificate. RFC 9618, Section 5.6, step (g).
func validPolicies(levels []map[string]*policyNode) map[string]bool {
	valid := map[string]bool{}
	if len(levels) == 0 {
		return valid
	}
	last := levels[len(levels)-1]
	for _, p := range last {
		p.live = true
	}
	for i := len(levels) - 1; i > 0; i-- {
		for _, p := range levels[i] {
			if !p.live {
				continue
			}
			for _, parent := range p.parents {
				parent.live = true
			}
			if p.policy != anyPolicy && len(p.parents) == 1 && p.parents[0].policy == anyPolicy {
				valid[p.policy] = true
			}
		}
	}
	if last[anyPolicy] != nil {
		valid[anyPolicy] = true
	}
	return valid
}

// accepted is those of the valid policies that the verifier takes.
func (v *verifier) accepted(valid map[string]bool) (list []string) {
	takesAll := len(v.Policies) == 0
	for _, oid := range v.Policies {
		takesAll = takesAll || oid.String() == anyPolicy && len(v.Policies) == 1
	}
	if takesAll {
		for p := range valid {
			list = append(list, p)
		}
	} else {
		for _, oid := range v.Policies {
			if p := oid.String(); valid[p] || valid[anyPolicy] {
				list = append(list, p)
			}
		}
	}
	slices.Sort(list)
	return list
}
