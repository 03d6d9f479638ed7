package scenario

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every knob can be read, turned and turned back by its name; what it may be is
// what Check accepts.
func TestKnobs(t *testing.T) {
	if n := len(Knobs()); n < 45 {
		t.Errorf("only %d knobs", n)
	}
	for _, k := range Knobs() {
		d, s := valid(), valid()
		to := map[reflect.Kind]string{reflect.Int: "1000", reflect.Bool: "true", reflect.String: "x", reflect.Slice: "x\ny"}[k.Kind]
		if k.Options != nil {
			to = k.Options[len(k.Options)-1]
		}
		if err := s.Set(k.Name, to); err != nil || s.Get(k.Name) != to {
			t.Errorf("%s set to %q is %q, %v", k.Name, to, s.Get(k.Name), err)
		}
		if diff := s.Differ(d); len(diff) != 1 || diff[0] != (Difference{k.Name, to, d.Get(k.Name)}) {
			t.Errorf("%s: %+v", k.Name, diff)
		}
		if err := s.Set(k.Name, d.Get(k.Name)); err != nil || !s.Equal(d) {
			t.Errorf("%s set back: %v", k.Name, err)
		}
		for _, o := range k.Options {
			s := valid()
			s.Set(k.Name, o)
			if bad, ok := s.Check().(*FieldError); ok && strings.Contains(bad.Fix, "use "+oneOf(k.Options)) {
				t.Errorf("%s: option %s: %v", k.Name, o, bad)
			}
		}
		s.Set(k.Name, "nonsense")
		if bad, ok := s.Check().(*FieldError); k.Options != nil && (!ok || bad.Field != k.Name) {
			t.Errorf("%s: nonsense: %v", k.Name, bad)
		}
	}
	s := valid()
	for name, text := range map[string]string{"link.rtt": "soon", "client.resume": "1", "clinet.resume": "true"} {
		if err := s.Set(name, text); err == nil || !strings.HasPrefix(err.Error(), "scenario: ") || !s.Equal(valid()) {
			t.Errorf("%s = %s: %v", name, text, err)
		}
	}
	secret := slices.DeleteFunc(slices.Clone(Knobs()), func(k Knob) bool { return !k.Secret })
	if len(secret) != 2 {
		t.Errorf("%+v are secret", secret)
	}
}
