package keys

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// The labels of the NSS key log format, SSLKEYLOGFILE (RFC 9850, Section 2).
const (
	LabelClientRandom       = "CLIENT_RANDOM" // TLS 1.2 and before: the master secret
	LabelClientEarlyTraffic = "CLIENT_EARLY_TRAFFIC_SECRET"
	LabelEarlyExporter      = "EARLY_EXPORTER_SECRET"
	LabelClientHandshake    = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
	LabelServerHandshake    = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
	LabelClientTraffic      = "CLIENT_TRAFFIC_SECRET_0"
	LabelServerTraffic      = "SERVER_TRAFFIC_SECRET_0"
	LabelExporter           = "EXPORTER_SECRET"
	labelRSA                = "RSA" // keyed by 8 bytes of encrypted premaster
	labelRSASession         = "RSA Session-ID"
	maxSecretLen            = 64 // bytes: SHA-512, the longest hash
	maxLoggedLabel          = 64 // bytes
	advice                  = "a line reads LABEL, client random (64 hex digits), secret (hex), with one space between"
)

// LogLine is one line of a key log.
type LogLine struct {
	Label        string
	ClientRandom [32]byte
	Secret       []byte // 1 to 64 bytes (ECH_CONFIG: more)
}

// String is the line as the format has it, without a line feed.
func (l LogLine) String() string {
	return l.Label + " " + hex.EncodeToString(l.ClientRandom[:]) + " " + hex.EncodeToString(l.Secret)
}

// ParseLog reads a key log in NSS format. It skips comments, blank lines and
// the RSA lines of old NSS, which are not keyed by a client random, and accepts
// any line end. It returns nothing with an error, which names the line.
func ParseLog(text string) ([]LogLine, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	var lines []LogLine
	for n := 1; text != ""; n++ {
		var line string
		if i := strings.IndexAny(text, "\r\n"); i < 0 {
			line, text = text, ""
		} else {
			line, text = text[:i], strings.TrimPrefix(text[i:], "\r")
			text = strings.TrimPrefix(text, "\n")
		}
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || strings.HasPrefix(line, labelRSA+" ") {
			continue
		}
		l, err := parseLogLine(line)
		if err != nil {
			return nil, fmt.Errorf("keys: key log line %d: %w", n, err)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

func parseLogLine(line string) (LogLine, error) {
	f := strings.Fields(line)
	if len(f) != 3 {
		return LogLine{}, fmt.Errorf("has %d words instead of 3: %s", len(f), advice)
	}
	l := LogLine{Label: f[0]}
	if len(l.Label) > maxLoggedLabel || strings.Trim(l.Label, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return LogLine{}, fmt.Errorf("%.64q is no label: %s", l.Label, advice)
	}
	if len(f[1]) != 64 {
		return LogLine{}, fmt.Errorf("the client random has %d hex digits instead of 64: copy the whole line", len(f[1]))
	}
	if _, err := hex.Decode(l.ClientRandom[:], []byte(f[1])); err != nil {
		return LogLine{}, fmt.Errorf("the client random is not hexadecimal: %s", advice)
	}
	// ECH_CONFIG logs no secret but a configuration, which may be long.
	if len(f[2]) > 2*maxSecretLen && !strings.HasPrefix(l.Label, "ECH_") {
		return LogLine{}, fmt.Errorf("the secret has %d hex digits, at most %d can be right: copy the line again", len(f[2]), 2*maxSecretLen)
	}
	var err error
	if l.Secret, err = hex.DecodeString(f[2]); err != nil {
		return LogLine{}, fmt.Errorf("the secret is not hexadecimal or was cut off: %s", advice)
	}
	return l, nil
}

// Log is a key log that can be looked things up in. A log of many connections is
// divided once, by [Log.ByClientRandom], and each connection given its own part.
type Log []LogLine

// ByClientRandom divides the log by connection.
func (l Log) ByClientRandom() map[[32]byte]Log {
	parts := map[[32]byte]Log{}
	for _, line := range l {
		parts[line.ClientRandom] = append(parts[line.ClientRandom], line)
	}
	return parts
}

// Secret is the secret with that label of the connection whose ClientHello
// carried clientRandom, or nil. Of several the last counts.
func (l Log) Secret(clientRandom []byte, label string) []byte {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].Label == label && bytes.Equal(l[i].ClientRandom[:], clientRandom) {
			return l[i].Secret
		}
	}
	return nil
}

// maxSecrets bounds how many secrets of one label are looked at.
const maxSecrets = 8

// Secrets are all different secrets with that label of the connection, at most
// eight: the two ends log different ones when something between them changed what
// they said.
func (l Log) Secrets(clientRandom []byte, label string) (all [][]byte) {
	for i := range l {
		if len(all) == maxSecrets || l[i].Label != label || !bytes.Equal(l[i].ClientRandom[:], clientRandom) {
			continue
		}
		if !slices.ContainsFunc(all, func(s []byte) bool { return bytes.Equal(s, l[i].Secret) }) {
			all = append(all, l[i].Secret)
		}
	}
	return all
}

// Has tells whether the log knows anything of the connection.
func (l Log) Has(clientRandom []byte) bool {
	for i := range l {
		if bytes.Equal(l[i].ClientRandom[:], clientRandom) {
			return true
		}
	}
	return false
}

// String is the log as text, one line per secret.
func (l Log) String() string {
	var b strings.Builder
	for _, line := range l {
		b.WriteString(line.String())
		b.WriteByte('\n')
	}
	return b.String()
}
