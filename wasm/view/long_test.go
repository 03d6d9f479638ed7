package view

import (
	"strings"
	"testing"

	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// Thousands of records are folded, and unfolded a hundred at a time; about the
// chosen one some are always shown.
func TestLongRun(t *testing.T) {
	tr, s := benchState(t, func(*scenario.Scenario) {}, isData)
	long := *tr
	long.Events = nil
	for i := range 5000 {
		e := *tr.Events[s.Event]
		e.Index = i
		long.Events = append(long.Events, &e)
	}
	s.At = len(long.Events)
	rows := func() int { return strings.Count(lanes(&long, s).String(), `data-act="event"`) }
	for _, step := range []struct {
		name  string
		event int
		open  string
		want  int
	}{
		{"none chosen", -1, "", 4},
		{"the first chosen", 0, "", 4 + 1},
		{"one in the middle", 2500, "", 4 + 5},
		{"a hundred unfolded", -1, "fold-2", 4 + 100},
		{"two hundred", -1, "fold-102", 4 + 200},
		{"those about the middle", 2500, "", 4 + 200 + 5},
	} {
		if ChooseEvent(&s, step.event); step.open != "" {
			Toggle(&s, &long, step.open)
		}
		if got := rows(); got != step.want {
			t.Errorf("%s: %d records are shown, want %d", step.name, got, step.want)
		}
	}
	if n := len(lanes(&long, s).String()); n > 400_000 {
		t.Errorf("%d bytes of markup", n)
	}
}

// The bytes of a large record are drawn in blocks, which are filled as they come
// into view, and emptied when they are far from it.
func TestBlocks(t *testing.T) {
	tr, s := benchState(t, func(sc *scenario.Scenario) { sc.ResponseSize, sc.Server.FixedRecords = 40000, true },
		func(e *trace.Event) bool { return e.Wire != nil && len(e.Wire.Data) > 16000 })
	s.Detailed = true
	cols, width := columns(tr.Events[s.Event], s)
	count := linesOf(cols, width).count
	blocks := (count + blockLines - 1) / blockLines
	if count < 2000 {
		t.Fatalf("only %d lines", count)
	}
	seen := map[string]bool{}
	for b := range blocks {
		Toggle(&s, tr, blockName(b))
		filled := 0
		for i, block := range strings.Split(hexView(cols, width, s).String(), `<div class="block"`)[1:] {
			lines := strings.Split(block, `<div class="line">`)[1:]
			if want := min(blockLines, count-i*blockLines); len(lines) != 0 && len(lines) != want {
				t.Fatalf("block %d has %d lines, want %d", i, len(lines), want)
			}
			if i == b && len(lines) == 0 {
				t.Fatalf("block %d is empty while in view", b)
			}
			if len(lines) > 0 {
				filled++
			}
			for _, l := range lines {
				offset, _, _ := strings.Cut(l[strings.Index(l, "offset"):], "</span>")
				seen[offset] = true
			}
		}
		if filled > 12 {
			t.Fatalf("%d blocks are filled", filled)
		}
	}
	if len(seen) < count-1 {
		t.Errorf("%d of %d lines were ever seen", len(seen), count)
	}
	for _, bad := range []string{"block-", "block--1", "block-99999999999", "block-99999999999999999999999"} {
		Toggle(&s, tr, bad)
		hexView(cols, width, s)
	}
}
