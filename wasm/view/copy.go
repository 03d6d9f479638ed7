package view

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"tlsplay/sim/trace"
	"tlsplay/wasm/html"
)

// CopyForms are the forms in which bytes can be copied.
var CopyForms = []string{"hex", "C", "base64", "Go"}

// copyButtons copy what is chosen.
func copyButtons() html.Node {
	return box("span", "copies", html.Attr("role", "group"), html.Attr("aria-label", "Copy the chosen bytes"),
		words("span", "", "Copy as"),
		html.Map(CopyForms, func(_ int, form string) html.Node {
			return html.El("button", html.Attr("type", "button"), html.Attr("id", "copy-"+strings.ToLower(form)), act(ActCopy, form), html.Text(form))
		}))
}

// Copy is the chosen bytes in a form: the chosen value in the view of the keys,
// else the chosen field, or the whole record while no field is chosen.
func Copy(t *trace.Trace, s State, form string) string {
	t = Leg(t, s.Leg)
	var b []byte
	if s.View == ViewCertificates {
		b, form = copyObject(t, &s, form)
	} else {
		b = chosenBytes(t, s)
	}
	switch form {
	case "PEM":
		return string(b)
	case "C":
		return "unsigned char bytes[] = {" + list(b) + "\n};\n"
	case "Go":
		return "[]byte{" + list(b) + "\n}\n"
	case "base64":
		return base64.StdEncoding.EncodeToString(b)
	}
	return hex.EncodeToString(b)
}

func chosenBytes(t *trace.Trace, s State) []byte {
	if s.View == ViewKeys {
		if d := derivationOf(t, s.Derivation); d != nil {
			return d.Output
		}
		return nil
	}
	if s.Event < 0 || s.Event >= len(t.Events) {
		return nil
	}
	e := t.Events[s.Event]
	if n := resolve(roots(e), s.Node); n != nil && n.Buf < len(t.Buffers) {
		return t.Buffers[n.Buf].Data[n.Off:n.End()]
	}
	if e.Wire != nil {
		return e.Wire.Data
	}
	return nil
}

// list is bytes as C and Go write them, twelve a line.
func list(b []byte) string {
	var out strings.Builder
	for i, c := range b {
		if i%12 == 0 {
			out.WriteString("\n\t")
		} else {
			out.WriteByte(' ')
		}
		fmt.Fprintf(&out, "0x%02x,", c)
	}
	return out.String()
}
