//go:build !js

package follow

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tlsplay/sim/trace"
)

// said is what one side of a connection said: the types of its handshake messages
// and the descriptions of its alerts, in order, and its application data in hex.
type said struct{ messages, alerts, data string }

// compareTshark lets tshark read all captures at once, with the key logs, and
// compares what it reports with the events.
func compareTshark(t *testing.T, all []capture, read [][]*trace.Event) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("skipped: no tshark")
	}
	dir := t.TempDir()
	file, log := filepath.Join(dir, "captures.pcap"), filepath.Join(dir, "keylog")
	var logs strings.Builder
	for _, c := range all {
		logs.WriteString(c.log.String())
	}
	for name, b := range map[string][]byte{file: pcap(all), log: []byte(logs.String())} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	theirs := tsharkSays(t, file, log, len(all))
	for i, c := range all {
		for _, side := range []trace.Side{trace.Client, trace.Server} {
			ours, theirs := saidBy(side, read[i]), theirs[i][side]
			for _, x := range [][3]string{
				{"messages", ours.messages, theirs.messages}, {"alerts", ours.alerts, theirs.alerts}, {"data", ours.data, theirs.data},
			} {
				if strings.Contains(c.name, "after_the_handshake") && strings.HasPrefix(x[1], x[2]) {
					continue // tshark 4.0 changes keys behind every Finished, and loses the rest
				}
				if x[1] != x[2] {
					t.Errorf("%s: %s of the %s: %s, tshark says %s", c.name, x[0], side, x[1], x[2])
				}
			}
		}
	}
	t.Logf("%d connections compared", len(all))
}

// saidBy collects it from our events.
func saidBy(side trace.Side, events []*trace.Event) (s said) {
	for _, e := range events {
		if e.From != side {
			continue
		}
		for _, m := range e.Messages {
			buf := m.Buffer
			if buf == nil {
				if buf = e.Wire; e.Plain != nil {
					buf = e.Plain
				}
			}
			b := buf.Data[m.Tree.Off:m.Tree.End()]
			switch {
			case m.Type >= 0:
				s.messages += fmt.Sprintf("%d ", m.Type)
			case m.Name == "alert":
				s.alerts += fmt.Sprintf("%d ", b[1])
			case m.Name == "application_data":
				s.data += hex.EncodeToString(b)
			}
		}
	}
	return s
}

// tsharkSays collects it from tshark, by connection.
func tsharkSays(t *testing.T, file, log string, n int) []map[trace.Side]said {
	t.Helper()
	tshark := func(args ...string) string {
		var stderr bytes.Buffer
		cmd := exec.Command("tshark", append([]string{"-r", file, "-2", "-o", "tls.keylog_file:" + log, "-o", "tls.desegment_ssl_application_data:TRUE"}, args...)...)
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Skipf("skipped: tshark: %v: %s", err, stderr.String())
		}
		return string(out)
	}
	all := make([]map[trace.Side]said, n)
	for i := range all {
		all[i] = map[trace.Side]said{}
	}
	out := tshark("-T", "fields", "-E", "separator=/t", "-E", "aggregator= ", "-e", "tcp.stream", "-e", "tcp.srcport", "-e", "tls.handshake.type", "-e", "tls.alert_message.desc")
	for line := range strings.Lines(out) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		i, err := strconv.Atoi(f[0])
		if err != nil || i >= n || len(f) < 4 {
			continue
		}
		side := trace.Client
		if f[1] == "443" {
			side = trace.Server
		}
		s := all[i][side]
		if f[2] != "" {
			s.messages += f[2] + " "
		}
		if f[3] != "" {
			s.alerts += f[3] + " "
		}
		all[i][side] = s
	}
	args := []string{"-q"}
	for i := range n {
		args = append(args, "-z", fmt.Sprintf("follow,tls,raw,%d", i))
	}
	i, client := -1, true
	for line := range strings.Lines(tshark(args...)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "Filter: tcp.stream eq "):
			i, _ = strconv.Atoi(strings.TrimPrefix(line, "Filter: tcp.stream eq "))
		case strings.HasPrefix(line, "Node 0: "): // the side that spoke first
			client = strings.Contains(line, "10.0.0.1:")
		case i >= 0 && i < n && line != "" && !strings.ContainsAny(line, ":="):
			side := trace.Client
			if strings.HasPrefix(line, "\t") == client {
				side = trace.Server
			}
			s := all[i][side]
			s.data += strings.TrimPrefix(line, "\t")
			all[i][side] = s
		}
	}
	return all
}
