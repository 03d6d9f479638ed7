package scenario

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Rule is one thing that the attacker does to one packet on the wire. Packets
// are counted from 0 in each direction, as their sender wrote them: TLS records,
// whatever else is sent, and the end of the stream.
//
// Its text, which is what a scenario holds, is the side that the packet comes
// from, its number, what is done, and with what:
//
//	server 0 set 11 00ff     bytes 11 and 12 become 00 and ff
//	client 1 flip 40 01      the lowest bit of byte 40 is flipped
//	server 4 truncate 9      only 9 bytes arrive
//	client 2 drop            it does not arrive
//	server 3 hold 2          it arrives after two more from there, or when nothing else moves
//	client 2 repeat 0        it arrives once more, after 0 more from there
//	client 0 insert 474554   those bytes arrive before it
//	server 5 cut             it and what follows, either way, is lost: both ends see the stream end
type Rule struct {
	From   string // client or server
	Number int    // of the packet
	Do     string // one of Deeds
	At     int    // for set and flip the offset, for truncate the length, for hold and repeat how many packets later
	Bytes  []byte // for set, flip and insert
}

// Deeds is what a rule can do.
var Deeds = []string{"set", "flip", "truncate", "drop", "hold", "repeat", "insert", "cut"}

// What the parts of a rule may be at most. A packet is hardly larger than a
// record, 2^14 bytes and a little.
const (
	maxNumber = 100_000
	maxAt     = 1 << 15
	maxBytes  = 1 << 15
	maxRules  = 64
)

// takes tells which of At and Bytes a deed has.
func takes(do string) (at, data bool) {
	switch do {
	case "set", "flip":
		return true, true
	case "insert":
		return false, true
	case "truncate", "hold", "repeat":
		return true, false
	}
	return false, false
}

// String is the rule's text.
func (r Rule) String() string {
	text := r.From + " " + strconv.Itoa(r.Number) + " " + r.Do
	at, data := takes(r.Do)
	if at {
		text += " " + strconv.Itoa(r.At)
	}
	if data {
		text += " " + hex.EncodeToString(r.Bytes)
	}
	return text
}

// ParseRule reads a rule's text.
func ParseRule(text string) (Rule, error) {
	bad := func(fix string) (Rule, error) {
		return Rule{}, fmt.Errorf("scenario: wire rule %q: %s", clip(text), fix)
	}
	words := strings.Fields(text)
	if len(words) < 3 {
		return bad("write who sent the packet, its number and what is done, such as: server 0 flip 11 01")
	}
	r := Rule{From: words[0], Do: words[2]}
	if r.From != "client" && r.From != "server" {
		return bad("begin with client or server")
	}
	if !slices.Contains(Deeds, r.Do) {
		return bad("do one of " + oneOf(Deeds))
	}
	ok := number(words[1], &r.Number, maxNumber)
	words = words[3:]
	at, data := takes(r.Do)
	want := 0
	if at {
		want++
	}
	if data {
		want++
	}
	if len(words) != want {
		return bad(fmt.Sprintf("%s takes %d more words, as in: %s", r.Do, want, Rule{"server", 0, r.Do, 2, []byte{0xff}}))
	}
	if at {
		ok = number(words[0], &r.At, maxAt) && ok
		words = words[1:]
	}
	if !ok {
		return bad(fmt.Sprintf("use a packet number of at most %d, and an offset, length or count of at most %d", maxNumber, maxAt))
	}
	if data {
		b, err := hex.DecodeString(words[0])
		if err != nil || len(b) == 0 || len(b) > maxBytes {
			return bad(fmt.Sprintf("write 1 to %d bytes as hexadecimal digits", maxBytes))
		}
		r.Bytes = b
	}
	return r, nil
}

func number(text string, to *int, most int) bool {
	n, err := strconv.Atoi(text)
	*to = n
	return err == nil && n >= 0 && n <= most
}
