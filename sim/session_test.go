package sim

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"tlsplay/sim/endpoint"
	"tlsplay/sim/entropy"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

func TestDefault(t *testing.T) {
	tr, err := Run(context.Background(), scenario.Default(), entropy.Native)
	if err != nil { t.Fatal(err) }
	for _, e := range tr.Events {
		fmt.Println(e.Index, e.Kind, e.From, e.Type, e.Inner, len(e.Messages), e.Protection != nil && e.Protection.Opened, func() (n []string) { for _, m := range e.Messages { n = append(n, m.Name+" "+m.Note) }; return }())
		if e.Protection != nil && !e.Protection.Opened { fmt.Println(e.Protection.Reason) }
	}
	fmt.Printf("%+v\n", tr.Endpoints)
	_ = bytes.Equal; _ = strings.Cut; _ = endpoint.Done; _ = trace.Client
	tr.Events[0].Tree.Walk(func(n *trace.Node) bool { fmt.Printf("%s %q %d+%d\n", n.ID, n.Value, n.Off, n.Len); return true })
}
