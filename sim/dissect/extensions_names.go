package dissect

import (
	"strings"

	"tlsplay/sim/registry"
)

// serverName:
//
//	struct {
//	    NameType name_type;
//	    select (name_type) { case host_name: opaque HostName<1..2^16-1>; } name;
//	} ServerName;
//	struct {
//	    ServerName server_name_list<1..2^16-1>;
//	} ServerNameList;                    RFC 6066, Section 3
//
// A server answers with nothing.
func (p *parser) serverName() {
	if !p.more() {
		return
	}
	p.vector(2, "server_name.list", 1, 1<<16-1, func() {
		p.list(func() {
			p.structure("server_name.entry", func() {
				t := p.code8("server_name.name_type", registry.ServerNameType)
				if t != 0 {
					p.opaque(2, "server_name.name", 0, 1<<16-1)
					return
				}
				if b := p.opaque(2, "server_name.host_name", 1, 1<<16-1); b != nil {
					p.is(quote(b))
					p.said = quote(b)
				}
			})
		})
	})
}

// alpn: struct { ProtocolName protocol_name_list<2..2^16-1> } ProtocolNameList;
// opaque ProtocolName<1..2^8-1>. RFC 7301, Section 3.1.
func (p *parser) alpn() {
	p.vector(2, "application_layer_protocol_negotiation.protocol_name_list", 2, 1<<16-1, func() {
		p.list(func() {
			if b := p.protocolName(); b != nil {
				p.say(quote(b))
			}
		})
	})
}

func (p *parser) protocolName() []byte {
	b := p.opaque(1, "application_layer_protocol_negotiation.protocol_name", 1, 255)
	if b == nil {
		return nil
	}
	value := quote(b)
	if name := registry.ALPN(b); name != "" {
		value += " (" + name + ")"
	}
	p.is(value)
	return b
}

// say adds a word to what the extension says, as long as that is short.
func (p *parser) say(word string) {
	switch {
	case p.said == "":
		p.said = word
	case len(p.said) < 120:
		p.said += ", " + word
	case !strings.HasSuffix(p.said, "…"):
		p.said += ", …"
	}
}

// nextProtocolNegotiation is Google's predecessor of ALPN: the server lists
// protocols, each an opaque<1..255>.
func (p *parser) nextProtocolNegotiation() {
	p.list(func() {
		if b := p.opaque(1, "next_protocol_negotiation.protocol", 1, 255); b != nil {
			p.is(quote(b))
		}
	})
}

// applicationSettings (ALPS, draft-vvv-tls-alps, Section 4): the client lists the
// protocols for which it has settings; in EncryptedExtensions stand the settings
// themselves.
func (p *parser) applicationSettings(where context) {
	if where != inClientHello {
		p.all("application_settings.settings")
		return
	}
	p.vector(2, "application_settings.supported_protocols", 2, 1<<16-1, func() {
		p.list(func() {
			if b := p.opaque(1, "application_settings.protocol", 1, 255); b != nil {
				p.is(quote(b))
				p.say(quote(b))
			}
		})
	})
}

// srp: opaque srp_I<1..2^8-1>. RFC 5054, Section 2.8.1.
func (p *parser) srp() {
	if b := p.opaque(1, "srp.srp_i", 1, 255); b != nil {
		p.is(quote(b))
	}
}
