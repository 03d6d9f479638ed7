package sim

import (
	"bytes"
	"testing"

	"tlsplay/sim/trace"
)

// An attacker without a key sends the very bytes of the client again. To a server
// without TLS that is as good as the first time, to one with TLS it is not.
func TestReplayOfSession(t *testing.T) {
	for turned, taken := range map[string]bool{
		"group=X25519": false, "version=1.2": false, "version=1.2&suite=TLS_RSA_WITH_AES_128_GCM_SHA256&certificate=rsa-2048": false,
		"client.plain=true&server.plain=true": true,
	} {
		sc := knobs(t, turned+"&replay=true")
		tr := run(t, sc)
		if len(tr.Earlier) != 1 || tr.State != trace.Finished {
			t.Fatalf("%s: %d connections before, %s", turned, len(tr.Earlier), tr.State)
		}
		first, again := sentBy(tr.Earlier[0], trace.Client), sentBy(tr, trace.Client)
		if len(again) == 0 || !bytes.Equal(first, again) {
			t.Errorf("%s: %d bytes the first time, %d again", turned, len(first), len(again))
		}
		server := tr.Endpoints[1]
		if (server.Error == "") != taken || (server.Received == len(sc.Request)) != taken {
			t.Errorf("%s: the server: %+v", turned, server)
		}
		checkBytes(t, tr)
	}
}

func sentBy(tr *trace.Trace, side trace.Side) (all []byte) {
	for _, e := range tr.Events {
		if e.From == side && e.Wire != nil {
			all = append(all, e.Wire.Data...)
		}
	}
	return all
}
