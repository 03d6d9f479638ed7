package follow

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// labels are the key log's names of the traffic secrets of TLS 1.3.
var labels = map[trace.Side]map[trace.Epoch]string{
	trace.Client: {
		trace.EpochEarly:       "CLIENT_EARLY_TRAFFIC_SECRET",
		trace.EpochHandshake:   "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
		trace.EpochApplication: "CLIENT_TRAFFIC_SECRET_0",
	},
	trace.Server: {
		trace.EpochHandshake:   "SERVER_HANDSHAKE_TRAFFIC_SECRET",
		trace.EpochApplication: "SERVER_TRAFFIC_SECRET_0",
	},
}

// masterLabel is the key log's name of the master secret up to TLS 1.2, which
// it files under the client's random.
const masterLabel = "CLIENT_RANDOM"

// enter changes the key of one side's direction.
func (f *Follower) enter(from trace.Side, epoch trace.Epoch) {
	d := f.dirs[from]
	*d = direction{epoch: epoch}
	suite, ok := keys.SuiteByID(f.conv.Suite)
	if !ok {
		d.reason = fmt.Sprintf("follow: no decryption for cipher suite %s", f.Suite())
		return
	}
	if epoch == trace.EpochSession {
		d.label = masterLabel
	} else {
		d.label = labels[from][epoch]
	}
	secret := f.log.Secret(f.clientRandom, d.label)
	if secret == nil {
		d.reason = fmt.Sprintf("follow: the key log has no %s for this connection", d.label)
		return
	}
	var err error
	if epoch == trace.EpochSession {
		err = f.enterSession(d, from, suite, secret)
	} else {
		d.opener, err = keys.NewOpener13(suite, secret)
		if err == nil {
			f.traffic(d, from)
		}
	}
	if err != nil {
		d.reason = err.Error()
	}
}

// traffic lists d's traffic secret with the record key and IV made of it. RFC
// 8446, Section 7.3.
func (f *Follower) traffic(d *direction, from trace.Side) {
	name := d.label
	if d.update > 0 {
		name = strings.TrimSuffix(name, "0") + strconv.Itoa(d.update)
	}
	how := func(purpose string, n int) string {
		return fmt.Sprintf(`HKDF-Expand-Label(%s, %q, "", %d)`, name, purpose, n)
	}
	key, iv := d.opener.Key(), d.opener.IV()
	f.Secrets = append(f.Secrets, trace.Secret{
		Label: name, From: from, Epoch: d.epoch, Update: d.update, Secret: d.opener.Secret(),
		Keys: []trace.Key{
			{Name: string(from) + "_write_key", From: from, Value: key, How: how("key", len(key))},
			{Name: string(from) + "_write_iv", From: from, Value: iv, How: how("iv", len(iv))},
		},
	})
	d.label = name
}

// enterSession derives one direction's keys from the master secret. RFC 5246,
// Section 6.3.
func (f *Follower) enterSession(d *direction, from trace.Side, suite keys.Suite, master []byte) error {
	kb := keys.MasterKeyBlock(f.conv.Version, suite, master, f.clientRandom, f.serverRandom)
	macKey, key, iv := kb.ClientMAC, kb.ClientKey, kb.ClientIV
	if from == trace.Server {
		macKey, key, iv = kb.ServerMAC, kb.ServerKey, kb.ServerIV
	}
	opener, err := keys.NewOpener12(f.conv.Version, suite, macKey, key, iv, f.encryptThenMAC)
	if err != nil {
		return err
	}
	d.opener = opener
	f.secret(masterLabel, master)
	s := &f.Secrets[len(f.Secrets)-1]
	for _, part := range []struct {
		name  string
		value []byte
	}{{"MAC_key", macKey}, {"key", key}, {"IV", iv}} {
		if len(part.value) > 0 {
			s.Keys = append(s.Keys[:len(s.Keys):len(s.Keys)], trace.Key{
				Name: string(from) + "_write_" + part.name, From: from, Value: part.value,
				How: `a part of PRF(master_secret, "key expansion", server_random + client_random)`,
			})
		}
	}
	return nil
}

// secret makes sure that the last of f.Secrets is the one with that label and
// value.
func (f *Follower) secret(label string, value []byte) {
	if n := len(f.Secrets); n > 0 && f.Secrets[n-1].Label == label && string(f.Secrets[n-1].Secret) == string(value) {
		return
	}
	f.Secrets = append(f.Secrets, trace.Secret{Label: label, Epoch: trace.EpochSession, Secret: value})
}
