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
		if s.Event = step.event; step.open != "" {
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

// The bytes of a large record are drawn in blocks, each the same whether it was
// there from the start or filled in later.
func TestBlocks(t *testing.T) {
	tr, s := benchState(t, func(sc *scenario.Scenario) { sc.ResponseSize, sc.Server.FixedRecords = 40000, true },
		func(e *trace.Event) bool { return e.Wire != nil && len(e.Wire.Data) > 16000 })
	s.Detailed = true
	cols, width := columns(tr.Events[s.Event], s)
	whole := hexView(cols, width, s).String()
	if empty := strings.Count(whole, `"></div><div class="block"`); empty < 50 {
		t.Errorf("only %d blocks are empty", empty)
	}
	first, ok := Block(tr, s, "block-1")
	if !ok || !strings.Contains(whole, `id="block-1">`+first.String()+`</div>`) {
		t.Errorf("block 1 filled in later is not that of the start")
	}
	lines := 0
	for _, id := range strings.Split(whole, `id="block-`)[1:] {
		number, _, _ := strings.Cut(id, `"`)
		block, _ := Block(tr, s, "block-"+number)
		lines += strings.Count(block.String(), `class="line"`)
	}
	if l := linesOf(cols, width); lines != l.count || lines < 2000 {
		t.Errorf("%d lines in blocks, want %d", lines, l.count)
	}
	for _, bad := range []string{"", "block-", "block--1", "block-99999999999", "tree"} {
		if got, ok := Block(tr, s, bad); ok && got.String() != "" {
			t.Errorf("%q is a block: %.40s", bad, got.String())
		}
	}
}
