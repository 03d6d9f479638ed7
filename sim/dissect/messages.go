package dissect

import (
	"strconv"

	"tlsplay/sim/registry"
)

// newSessionTicket: in TLS 1.3
//
//	struct {
//	    uint32 ticket_lifetime;
//	    uint32 ticket_age_add;
//	    opaque ticket_nonce<0..255>;
//	    opaque ticket<1..2^16-1>;
//	    Extension extensions<0..2^16-2>;
//	} NewSessionTicket;                  RFC 8446, Section 4.6.1
//
// and before
//
//	struct {
//	    uint32 ticket_lifetime_hint;
//	    opaque ticket<0..2^16-1>;
//	} NewSessionTicket;                  RFC 5077, Section 3.3
func (p *parser) newSessionTicket() {
	if b := p.rest(); !p.conv.tls13() && (p.conv.Version != 0 || len(b) > 4 && vectorFills(b[4:], 2)) {
		seconds := p.u32("new_session_ticket.ticket_lifetime_hint")
		p.is(lifetime(seconds))
		p.opaque(2, "new_session_ticket.ticket", 0, 1<<16-1)
		return
	}
	seconds := p.u32("new_session_ticket.ticket_lifetime")
	p.is(lifetime(seconds))
	if seconds > 604800 {
		p.wrong("more than the seven days allowed (RFC 8446, Section 4.6.1)")
	}
	p.bytes("new_session_ticket.ticket_age_add", 4)
	p.opaque(1, "new_session_ticket.ticket_nonce", 0, 255)
	p.opaque(2, "new_session_ticket.ticket", 1, 1<<16-1)
	p.extensions("new_session_ticket.extensions", inNewSessionTicket)
}

func lifetime(seconds uint32) string {
	s := strconv.FormatUint(uint64(seconds), 10) + " seconds"
	switch {
	case seconds >= 86400 && seconds%86400 == 0:
		return s + " (" + strconv.FormatUint(uint64(seconds/86400), 10) + plural(int(seconds/86400), " day") + ")"
	case seconds >= 3600 && seconds%3600 == 0:
		return s + " (" + strconv.FormatUint(uint64(seconds/3600), 10) + plural(int(seconds/3600), " hour") + ")"
	}
	return s
}

// finished: struct { opaque verify_data[Hash.length]; } Finished. RFC 8446,
// Section 4.4.4; 12 bytes in TLS 1.2 (RFC 5246, Section 7.4.9). SSL 3.0: opaque
// md5_hash[16]; opaque sha_hash[20] (RFC 6101, Section 5.6.9).
func (p *parser) finished() {
	if p.conv.Version == 0x0300 {
		p.bytes("finished.md5_hash", 16)
		p.bytes("finished.sha_hash", 20)
		return
	}
	b := p.all("finished.verify_data")
	if n := len(b); b != nil && p.conv.Version != 0 && !p.conv.tls13() && n != 12 {
		p.wrong("12 bytes before TLS 1.3 (RFC 5246, Section 7.4.9)")
	}
}

// keyUpdate: struct { KeyUpdateRequest request_update; } KeyUpdate. RFC 8446,
// Section 4.6.3.
func (p *parser) keyUpdate() {
	p.msg.Note = registry.KeyUpdate(p.code8("key_update.request_update", registry.KeyUpdate))
}

// supplementalData:
//
//	struct {
//	    SupplementalDataType supp_data_type;
//	    uint16 supp_data_length;
//	    opaque supplemental_data[supp_data_length];
//	} SupplementalDataEntry;
//	struct {
//	    SupplementalDataEntry supp_data<1..2^24-1>;
//	} SupplementalData;                  RFC 4680, Section 2
func (p *parser) supplementalData() {
	p.vector(3, "supplemental_data.supp_data", 1, 1<<24-1, func() {
		p.list(func() {
			p.structure("supplemental_data_entry", func() {
				p.u16("supplemental_data_entry.supp_data_type")
				p.opaque(2, "supplemental_data_entry.supplemental_data", 0, 1<<16-1)
			})
		})
	})
}

// nextProtocol: struct { opaque selected_protocol<0..255>; opaque
// padding<0..255>; } NextProtocol. Google's predecessor of ALPN.
func (p *parser) nextProtocol() {
	if b := p.opaque(1, "next_protocol.selected_protocol", 0, 255); b != nil {
		p.is(quote(b))
	}
	p.opaque(1, "next_protocol.padding", 0, 255)
}
