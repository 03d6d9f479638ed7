package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/presets"
	"tlsplay/sim/presets/embedded"
	"tlsplay/sim/trace"
)

// Every preset, lab and failure ends as it says: both errors, who sent which
// fatal alert, what was agreed.
func TestPresets(t *testing.T) {
	all, err := presets.Parse(embedded.Text)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 40 {
		t.Errorf("only %d presets", len(all))
	}
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) {
			sc := p.Scenario
			if sc.Clock == "" {
				sc.Clock = "2026-05-06T07:08:09Z"
			}
			if sc.Seed == "" {
				sc.Seed = "2a"
			}
			tr := run(t, sc)
			got := outcomeOf(tr)
			if !presets.Matches(p.Client, got.Client) {
				t.Errorf("the client: %q, want %q", got.Client, p.Client)
			}
			if !presets.Matches(p.Server, got.Server) {
				t.Errorf("the server: %q, want %q", got.Server, p.Server)
			}
			if !slices.Equal(got.Alerts, p.Alerts) {
				t.Errorf("alerts %q, want %q", got.Alerts, p.Alerts)
			}
			if !presets.Matches(p.Agreed, got.Agreed) {
				t.Errorf("agreed: %q, want %q", got.Agreed, p.Agreed)
			}
			if !slices.Equal(got.Also, p.Also) {
				t.Errorf("also: %q, want %q", got.Also, p.Also)
			}
			if tr.State != trace.Finished || tr.Error != "" {
				t.Errorf("the run is %s: %s", tr.State, tr.Error)
			}
			if p.Look == "" || p.Run != p.Scenario.Fragment(true) {
				t.Errorf("run %s, canonically %s; look %q", p.Run, p.Scenario.Fragment(true), p.Look)
			}
			if p.Client+p.Server != "" && p.Fix == "" && !strings.HasPrefix(p.Group, "Labs") {
				t.Errorf("fix %q, for errors %q and %q", p.Fix, p.Client, p.Server)
			}
			checkBytes(t, tr)
			if len(sc.Wire) == 0 {
				checkTrue(t, tr, p.Client+p.Server == "")
			}
		})
	}
}

// checkTrue checks that what can be verified in a trace that nobody attacked
// does verify, but for the signature of an end that uses another's key, and that
// every record opens.
func checkTrue(t *testing.T, tr *trace.Trace, all bool) {
	t.Helper()
	for _, tr := range append(slices.Clone(tr.Earlier), tr) {
		for _, c := range tr.Checks {
			if !c.OK && (all || !strings.HasSuffix(c.Name, "CertificateVerify verifies")) {
				t.Errorf("connection %d, event %d: %s: %s", tr.Connection, c.Event, c.Name, c.Detail)
			}
		}
		for _, e := range tr.Events {
			if e.Protection != nil && !e.Protection.Opened {
				t.Errorf("connection %d, event %d: %s", tr.Connection, e.Index, e.Protection.Reason)
			}
		}
		if tr.Endpoints[0].HandshakeComplete && len(tr.Checks) < 2 && len(tr.Secrets) > 0 {
			t.Errorf("connection %d: only %d checks", tr.Connection, len(tr.Checks))
		}
	}
}

// outcomeOf is how a run has ended. What was agreed is the client's word, if
// its handshake was completed.
func outcomeOf(tr *trace.Trace) (o presets.Outcome) {
	client, server := tr.Endpoints[0], tr.Endpoints[1]
	o.Client, o.Server = client.Error, server.Error
	for _, e := range tr.Endpoints {
		if e.Alert != "" {
			o.Alerts = append(o.Alerts, string(e.Side)+" "+e.Alert)
		}
		if e.Doing != endpoint.Done && e.Doing != endpoint.Failed {
			o.Client += " (" + e.Doing + ")"
		}
	}
	if client.HandshakeComplete {
		o.Agreed = strings.TrimSuffix(fmt.Sprintf("%s, %s, %s", client.Version, client.Suite, client.Group), ", ")
	}
	for what, so := range map[string]bool{
		"resumed":             client.Resumed && server.Resumed,
		"early_data":          client.EarlyData && server.EarlyData,
		"ech_accepted":        client.ECHAccepted && server.ECHAccepted,
		"hello_retry_request": client.HelloRetryRequest && server.HelloRetryRequest,
		"verified":            server.PeerVerified,
		"alpn=" + client.ALPN: client.ALPN != "" && client.ALPN == server.ALPN,
	} {
		if so {
			o.Also = append(o.Also, what)
		}
	}
	slices.Sort(o.Also)
	return o
}

// checkBytes checks the cover invariant on everything that crossed.
func checkBytes(t *testing.T, tr *trace.Trace) {
	t.Helper()
	for _, tr := range append(slices.Clone(tr.Earlier), tr) {
		for i, b := range tr.Buffers {
			if b.ID != i {
				t.Errorf("buffer %d is at %d", b.ID, i)
			}
		}
		checkCovered(t, tr)
		for i, e := range tr.Events {
			if e.Index != i {
				t.Errorf("event %d is at %d", e.Index, i)
			}
			if e.Wire == nil {
				continue
			}
			if e.Time.Before(e.Sent) {
				t.Errorf("event %d arrives %v before it is sent", i, e.Sent.Sub(e.Time))
			}
		}
	}
}
