package follow

import (
	"fmt"
	"strconv"
	"strings"

	"tlsplay/sim/dissect"
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// direction is what one side's records are protected with now.
type direction struct {
	epoch   trace.Epoch
	version uint16
	suite   keys.Suite
	etm     bool   // encrypt-then-MAC, RFC 7366
	update  int    // KeyUpdates so far
	label   string // of the secret, as the key log has it
	opener  *keys.Opener
	traffic *keys.Traffic // what opener was made of, in TLS 1.3
	// others are what the secret may be instead, as long as no record was opened:
	// before ServerHello the suite of early data is a guess, and after an attack the
	// two ends may have logged different secrets.
	others []*keys.Traffic
	reason string // why there is no opener
	seq    uint64 // of records, while there is no opener
}

// shape is how the fragment of a record divides without its key.
func (d *direction) shape() *dissect.Shape {
	if d.suite.Name == "" {
		return &dissect.Shape{}
	}
	nonce, tag := keys.ShapeOf(d.version, d.suite, d.etm)
	return &dissect.Shape{ExplicitNonce: nonce, Tag: tag}
}

// labels are the key log's names of the traffic secrets of TLS 1.3.
var labels = map[trace.Side]map[trace.Epoch]string{
	trace.Client: {
		trace.EpochEarly:       keys.LabelClientEarlyTraffic,
		trace.EpochHandshake:   keys.LabelClientHandshake,
		trace.EpochApplication: keys.LabelClientTraffic,
	},
	trace.Server: {
		trace.EpochHandshake:   keys.LabelServerHandshake,
		trace.EpochApplication: keys.LabelServerTraffic,
	},
}

// enter13 changes a side's keys to those of an epoch of TLS 1.3, any one of the
// secrets.
func (f *Follower) enter13(from trace.Side, epoch trace.Epoch, secrets []*keys.Traffic) {
	d := f.dirs[from]
	*d = direction{epoch: epoch, version: keys.VersionTLS13, suite: f.hs.suite, label: labels[from][epoch]}
	if f.packets != nil { // a packet says which keys it is under
		return
	}
	if len(secrets) == 0 {
		d.reason = f.hs.why13(f.Suite(), d.label)
		return
	}
	if len(secrets) > 1 {
		d.others = secrets
		return
	}
	f.use(d, from, secrets[0])
}

// use makes t the secret that d's records are opened with, and lists it with the
// record key and IV made of it. RFC 8446, Section 7.3.
func (f *Follower) use(d *direction, from trace.Side, t *keys.Traffic) {
	opener, err := t.Opener()
	if err != nil {
		d.opener, d.reason = nil, err.Error()
		return
	}
	d.opener, d.traffic, d.suite, d.seq, d.update = opener, t, opener.Suite(), 0, t.Update()
	key, iv := t.Keys()
	name := labels[from][d.epoch]
	if d.update > 0 {
		name = strings.TrimSuffix(name, "0") + strconv.Itoa(d.update)
	}
	how := func(purpose string, n int) string {
		return fmt.Sprintf(`HKDF-Expand-Label(%s, %q, "", %d)`, name, purpose, n)
	}
	f.Secrets = append(f.Secrets, trace.Secret{
		Label: name, From: from, Epoch: d.epoch, Update: d.update, Secret: t.Secret(),
		Keys: []trace.Key{
			{Name: string(from) + "_write_key", From: from, Value: key, How: how("key", len(key))},
			{Name: string(from) + "_write_iv", From: from, Value: iv, How: how("iv", len(iv))},
		},
	})
	d.label = name
}

// update13 changes a side's keys behind its KeyUpdate. RFC 8446, Section 4.6.3.
func (f *Follower) update13(from trace.Side) {
	if d := f.dirs[from]; d.traffic != nil && d.epoch == trace.EpochApplication {
		d.others = nil
		f.use(d, from, d.traffic.Next())
	}
}

// ahead are the secrets that a record may be under when it is not under d's:
// nothing that can be read says that early data was not accepted, and a key log may
// lack the handshake's secrets and so the Finished behind which keys change.
func (f *Follower) ahead(d *direction, from trace.Side) (trace.Epoch, []*keys.Traffic) {
	if f.hs.serverRandom == nil {
		return "", nil
	}
	switch {
	case d.epoch == trace.EpochEarly:
		return trace.EpochHandshake, f.hs.traffic[from][trace.EpochHandshake]
	case d.epoch == trace.EpochHandshake && d.opener == nil:
		return trace.EpochApplication, f.applicationByLog(from)
	}
	return "", nil
}

// open decrypts e's record and says how.
func (f *Follower) open(d *direction, e *trace.Event) (keys.Opened, bool) {
	opened, err := f.try(d, e)
	if err != nil {
		if epoch, secrets := f.ahead(d, e.From); len(secrets) > 0 {
			next := direction{epoch: epoch, version: d.version, suite: f.hs.suite, others: secrets}
			if o, nextErr := f.try(&next, e); nextErr == nil {
				*d, opened, err = next, o, nil
			}
		}
	}
	p := &trace.Protection{Epoch: d.epoch, Update: d.update, Suite: d.suite.Name, Secret: d.label, Seq: d.seq}
	if p.Suite == "" {
		p.Suite = f.Suite()
	}
	e.Protection = p
	d.seq++
	if err != nil {
		p.Reason = err.Error()
		return opened, false
	}
	p.Opened, p.Seq = true, opened.Seq
	p.Key, p.IV, p.MACKey = d.opener.Key(), d.opener.IV(), d.opener.MACKey()
	p.Nonce, p.AAD, p.Tag, p.MAC, p.Padding = opened.Nonce, opened.AAD, opened.Tag, opened.MAC, opened.Padding
	if opened.IV != nil { // CBC: a record's own
		p.IV = opened.IV
	}
	e.Plain = f.alloc(fmt.Sprintf("record %d, decrypted", e.Index), opened.Inner,
		[]trace.Span{{Buffer: e.Wire.ID, Offset: dissect.HeaderLength, Length: len(e.Wire.Data) - dissect.HeaderLength}})
	return opened, true
}

// try opens a record with d's secret or one of the others.
func (f *Follower) try(d *direction, e *trace.Event) (opened keys.Opened, err error) {
	if d.opener == nil && len(d.others) == 0 {
		return opened, reason(d.reason)
	}
	if d.opener != nil {
		if opened, err = d.opener.Open(e.Wire.Data); err == nil {
			d.others = nil
			return opened, nil
		}
	}
	for _, t := range d.others {
		o, otherErr := t.Opener()
		if otherErr == nil {
			opened, otherErr = o.Open(e.Wire.Data)
		}
		if otherErr == nil {
			f.use(d, e.From, t)
			d.others = nil
			return d.opener.Open(e.Wire.Data)
		}
		if err == nil {
			err = otherErr
		}
	}
	return opened, err
}

// reason is why a record stays closed, as an error.
type reason string

func (r reason) Error() string { return string(r) }
