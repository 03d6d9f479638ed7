package follow

import (
	"encoding/binary"
	"encoding/hex"

	"tlsplay/sim/trace"
)

// pcap writes connections as a capture of raw IPv4 packets, connection i on the
// client port 10000+i.
func pcap(all []capture) []byte {
	le, be := binary.LittleEndian, binary.BigEndian
	b, _ := hex.DecodeString("d4c3b2a1020004000000000000000000" + "00000400" + "65000000") // LINKTYPE_RAW
	for i, c := range all {
		client := uint16(10000 + i)
		seq := map[trace.Side]uint32{trace.Client: 1, trace.Server: 1}
		packet := func(from trace.Side, payload []byte) {
			src, dst, ports := []byte{10, 0, 0, 1}, []byte{10, 0, 0, 2}, []uint16{client, 443}
			if from == trace.Server {
				src, dst, ports = dst, src, []uint16{443, client}
			}
			n := uint32(40 + len(payload))
			b = le.AppendUint32(b, uint32(i))
			b = le.AppendUint32(b, 0)
			b = le.AppendUint32(b, n)
			b = le.AppendUint32(b, n)
			b = append(b, 0x45, 0, byte(n>>8), byte(n), 0, 0, 0, 0, 64, 6, 0, 0)
			b = append(append(b, src...), dst...)
			b = be.AppendUint16(be.AppendUint16(b, ports[0]), ports[1])
			b = be.AppendUint32(be.AppendUint32(b, seq[from]), seq[from.Peer()])
			b = append(b, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0)
			b = append(b, payload...)
			seq[from] += uint32(len(payload))
		}
		for _, r := range c.records {
			for data := r.data; len(data) > 0; {
				n := min(len(data), 1400)
				packet(r.from, data[:n])
				data = data[n:]
			}
		}
	}
	return b
}
