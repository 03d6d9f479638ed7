package scenariofile

import (
	"strings"
	"testing"

	"tlsplay/sim/scenario"
)

func TestParse(t *testing.T) {
	s := scenario.Default()
	s.Clock, s.Seed = "2026-01-31T12:00:00Z", "00"
	s.Version, s.Fault, s.Request = "1.2", scenario.Expired, "a\u202eb<\"\r\n"
	if again, err := Parse(s.JSON()); err != nil || !again.Equal(s) {
		t.Errorf("%+v came back as %+v, %v", s, again, err)
	}
	if part, err := Parse([]byte(`{"version":"1.2"}`)); err != nil || part.Certificate != scenario.Default().Certificate {
		t.Errorf("a part: %+v, %v", part, err)
	}
	for text, want := range map[string]string{
		`{"verison":"1.2"}`: "verison",
		`{} {}`:             "closing brace",
		`[]`:                "not a scenario",
		`{"version":1.2}`:   "version",
		``:                  "not a scenario",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "scenariofile: ") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Whatever is parsed and valid comes back as it was.
func FuzzParse(f *testing.F) {
	f.Add(scenario.Default().JSON())
	f.Add([]byte(`{"host":"a.b"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil || s.Check() != nil {
			return
		}
		if again, err := Parse(s.JSON()); err != nil || !again.Equal(s) {
			t.Errorf("%+v came back as %+v, %v", s, again, err)
		}
	})
}
