package jsonout

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/quick"
	"time"
)

type inner struct {
	A int      `json:"a,omitempty"`
	B []string `json:"b"`
}

type model struct {
	Name    string            `json:"name"`
	Skipped func()            `json:"-"`
	Plain   int64             // no tag
	Small   uint8             `json:"small,omitempty"`
	On      bool              `json:"on,omitempty"`
	When    time.Time         `json:"when,omitzero"`
	Inner   inner             `json:"inner,omitzero"`
	Always  inner             `json:"always"`
	To      *inner            `json:"to,omitempty"`
	Null    *inner            `json:"null"`
	Any     any               `json:"any,omitempty"`
	List    []inner           `json:"list,omitempty"`
	Map     map[string]string `json:"map,omitempty"`
	Four    [2]int            `json:"four"`
	hidden  int
}

// What is written is what encoding/json writes.
func TestLikeEncodingJSON(t *testing.T) {
	hostile := "\x00\x01\x1f\x7f\"\\/<script>&\u2028\u2029é€😀\xff\xc3\b\f\n\r\t"
	for _, v := range []any{
		nil, true, 7, -7, uint64(1 << 63), 0.5 * 4, hostile, []string(nil),
		[]string{},
		[]string{hostile, ""},
		map[string]int{},
		map[string]int{"b": 1, "a": 2},
		model{},
		&model{Name: hostile, Small: 3, On: true, When: time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC), Inner: inner{A: 1}, To: &inner{}, Any: inner{B: []string{"x"}}, List: []inner{{}, {A: 2}}, Map: map[string]string{hostile: hostile}, hidden: 1},
		(*model)(nil), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	} {
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		got := Append(nil, v)
		if string(got) != string(want) {
			t.Errorf("%#v\n got %s\nwant %s", v, got, want)
		}
		want, _ = json.MarshalIndent(v, "", "  ")
		if got := Indent(got); string(got) != string(want) {
			t.Errorf("indented\n got %s\nwant %s", got, want)
		}
	}
	if err := quick.CheckEqual(
		func(m map[string]string, s []string, n int64) string { return string(Append(nil, []any{m, s, n})) },
		func(m map[string]string, s []string, n int64) string {
			b, _ := json.Marshal([]any{m, s, n})
			return string(b)
		}, nil); err != nil {
		t.Error(err)
	}
}

func TestRefuses(t *testing.T) {
	defer func() {
		if r, ok := recover().(string); !ok || !strings.HasPrefix(r, "jsonout: no JSON for chan int") {
			t.Errorf("a channel was written: %v", r)
		}
	}()
	Append(nil, make(chan int))
}
