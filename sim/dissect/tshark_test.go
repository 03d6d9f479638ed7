package dissect

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// pcap writes connections as a capture of raw IPv4 packets, connection i on the
// client port 10000+i.
func pcap(conns [][]flight) []byte {
	le := binary.LittleEndian
	b := h("d4c3b2a1 0200 0400 00000000 00000000 00000400 65000000") // LINKTYPE_RAW
	for i, flights := range conns {
		seq := map[trace.Side]uint32{trace.Client: 1, trace.Server: 1}
		packet := func(from trace.Side, flags byte, payload []byte) {
			ports, addresses := []uint16{uint16(10000 + i), 443}, h("0a000001 0a000002")
			if from == trace.Server {
				ports, addresses = []uint16{443, uint16(10000 + i)}, h("0a000002 0a000001")
			}
			n := 40 + len(payload)
			b = le.AppendUint32(b, uint32(i))
			b = le.AppendUint32(b, 0)
			b = le.AppendUint32(b, uint32(n))
			b = le.AppendUint32(b, uint32(n))
			b = append(b, 0x45, 0, byte(n>>8), byte(n), 0, 0, 0, 0, 64, 6, 0, 0)
			b = append(b, addresses...)
			b = binary.BigEndian.AppendUint16(b, ports[0])
			b = binary.BigEndian.AppendUint16(b, ports[1])
			b = binary.BigEndian.AppendUint32(b, seq[from])
			b = binary.BigEndian.AppendUint32(b, seq[from.Peer()])
			b = append(b, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0)
			b = append(b, payload...)
			seq[from] += uint32(len(payload))
		}
		for _, f := range flights {
			for data := f.data; len(data) > 0; {
				n := min(len(data), 1400)
				packet(f.from, 0x18, data[:n])
				data = data[n:]
			}
		}
	}
	return b
}

// tsharkFields asks tshark for fields; the answer is by connection and field.
func tsharkFields(t *testing.T, conns [][]flight, fields ...string) []map[string][]string {
	path, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	file := filepath.Join(t.TempDir(), "test.pcap")
	if err := os.WriteFile(file, pcap(conns), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"-r", file, "-2", "-T", "fields", "-E", "separator=/t", "-E", "aggregator=;", "-e", "tcp.stream"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("tshark: %v: %s", err, stderr.String())
	}
	got := make([]map[string][]string, len(conns))
	for i := range got {
		got[i] = map[string][]string{}
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		i, err := strconv.Atoi(f[0])
		if err != nil || i >= len(got) {
			continue
		}
		for j, name := range fields {
			if v := f[j+1]; v != "" {
				got[i][name] = append(got[i][name], strings.Split(v, ";")...)
			}
		}
	}
	return got
}

// TestAgainstTshark compares what we read with what tshark reads in the same
// bytes: connections of crypto/tls in every version, and the ClientHello samples.
func TestAgainstTshark(t *testing.T) {
	fields := map[string]trace.FieldID{
		"tls.handshake.type":                         "handshake.msg_type",
		"tls.handshake.ciphersuite":                  "*.cipher_suite",
		"tls.handshake.extension.type":               "extension.type",
		"tls.handshake.extension.len":                "extension.length",
		"tls.handshake.extensions_supported_group":   "supported_groups.named_group",
		"tls.handshake.extensions_key_share_group":   "key_share_entry.group",
		"tls.handshake.extensions_server_name":       "server_name.host_name",
		"tls.record.length":                          "record.length",
		"tls.handshake.certificate_length":           "certificate.cert_data_length",
		"tls.quic.parameter.length":                  "transport_parameter.length",
		"tls.handshake.extensions_alpn_str_len":      "application_layer_protocol_negotiation.protocol_name_length",
		"tls.handshake.session_id_length":            "*.session_id_length",
		"tls.handshake.extensions.supported_version": "*.supported_version",
	}

	var conns [][]flight
	var names []string
	var dissections []*dissection
	for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS13; version++ {
		w, _ := connect(t,
			&tls.Config{InsecureSkipVerify: true, ServerName: "example.com", MinVersion: tls.VersionTLS10, MaxVersion: version, NextProtos: []string{"h2", "http/1.1"}, Certificates: []tls.Certificate{testECDSA()}},
			&tls.Config{Certificates: []tls.Certificate{testRSA()}, MinVersion: tls.VersionTLS10, MaxVersion: version, ClientAuth: tls.RequireAnyClientCert})
		d := dissect(t)
		d.plain(w, version)
		d.noErrors()
		conns, names, dissections = append(conns, w.flights), append(names, tls.VersionName(version)), append(dissections, d)
	}
	for _, s := range samples() {
		if s.data[0] != clientHello || s.bad || len(s.data) > 2000 {
			continue
		}
		d := dissect(t)
		record := wire(typeHandshake, s.data)
		d.record(trace.Client, record, nil)
		conns, names, dissections = append(conns, []flight{{trace.Client, record}}), append(names, s.name), append(dissections, d)
	}
	list := []string{"tls.handshake.ja3_full"}
	for f := range fields {
		list = append(list, f)
	}
	got := tsharkFields(t, conns, list...)
	compared := 0
	for i, d := range dissections {
		for field, id := range fields {
			want := got[i][field]
			var ours []string
			for _, root := range d.roots {
				root.Walk(func(n *trace.Node) bool {
					if matches(n.ID, id) {
						ours = append(ours, d.number(n))
					}
					return true
				})
			}
			for j := range want {
				if v, err := strconv.ParseUint(want[j], 0, 64); err == nil {
					want[j] = strconv.FormatUint(v, 10)
				}
			}
			if len(want) == 0 || id == "server_name.host_name" && strings.HasPrefix(names[i], "server_name") {
				continue // tshark shows unprintable names, and names of other types, in its own way
			}
			compared++
			if field == "tls.handshake.type" { // tshark sees no type in encrypted messages
				want = slices.DeleteFunc(want, func(s string) bool { return s == "" })
			}
			if !slices.Equal(ours, want) {
				t.Errorf("%s: %s: %v, tshark says %v", names[i], id, ours, want)
			}
		}
		if full := got[i]["tls.handshake.ja3_full"]; len(full) > 0 {
			m := d.msgs[0]
			if ja3 := Fingerprints(m.Tree, d.buffers[m.Tree.Buf].Data).JA3; ja3 != full[0] {
				t.Errorf("%s: JA3 %s, tshark says %s", names[i], ja3, full[0])
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d comparisons", compared)
	}
}

func matches(id, pattern trace.FieldID) bool {
	switch pattern {
	case "*.cipher_suite":
		return id == "client_hello.cipher_suite" || id == "server_hello.cipher_suite"
	case "*.session_id_length":
		return id == "client_hello.legacy_session_id_length" || id == "server_hello.legacy_session_id_echo_length"
	case "*.supported_version":
		return id == "supported_versions.version" || id == "supported_versions.selected_version"
	}
	return id == pattern
}

// number is a node's bytes as tshark prints them: decimal, or text.
func (d *dissection) number(n *trace.Node) string {
	b := d.buffers[n.Buf].Data[n.Off:n.End()]
	if n.ID == "server_name.host_name" {
		return string(b)
	}
	if n.ID == "transport_parameter.length" {
		return n.Value
	}
	var v uint64
	for _, x := range b {
		v = v<<8 | uint64(x)
	}
	return strconv.FormatUint(v, 10)
}
