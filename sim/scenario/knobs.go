package scenario

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Knob is one field of a scenario, or of what is nested in it, for those who draw
// or compare all of them alike.
type Knob struct {
	Name    string       // as in the JSON form, with a dot before what is nested
	Kind    reflect.Kind // String, Int, Bool, or Slice for a list of strings
	Options []string     // what it may be, if that is a list; empty means the default is one more
	Secret  bool         // may hold a private key: not in a link unless asked for
	path    []int
}

var knobs = knobsOf(reflect.TypeFor[Scenario](), "", nil)

// Knobs is all of them, in the order of the JSON form. The caller must not change
// it.
func Knobs() []Knob { return knobs }

func knobsOf(t reflect.Type, prefix string, path []int) (all []Knob) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		name, path := prefix+name, append(path[:len(path):len(path)], i)
		if f.Type.Kind() == reflect.Struct {
			all = append(all, knobsOf(f.Type, name+".", path)...)
			continue
		}
		own := name[len(prefix):]
		all = append(all, Knob{Name: name, Kind: f.Type.Kind(), Options: options(name, own), Secret: own == "identity", path: path})
	}
	return all
}

// options is what a knob may be, by its name and its name without that of the
// end that it belongs to.
func options(name, own string) []string {
	switch name {
	case "fault":
		return Faults
	case "transport":
		return Transports
	case "client.ech":
		return ECHs
	}
	switch own {
	case "version", "min_version", "max_version":
		return Versions
	case "suite", "suites":
		return Suites()
	case "group", "groups":
		return Groups
	case "certificate":
		return Certificates
	case "fault":
		return ClientFaults
	case "close":
		return Closes
	case "middle":
		return Middles
	case "client_auth":
		return ClientAuths
	case "staple":
		return Staples
	}
	return nil
}

func find(name string) (Knob, bool) {
	for _, k := range knobs {
		if k.Name == name {
			return k, true
		}
	}
	return Knob{}, false
}

func (k Knob) of(s *Scenario) reflect.Value { return reflect.ValueOf(s).Elem().FieldByIndex(k.path) }

// Get is the position of a knob as text: lists have one element a line.
func (s Scenario) Get(name string) string {
	k, ok := find(name)
	if !ok {
		return ""
	}
	return k.get(&s)
}

func (k Knob) get(s *Scenario) string {
	v := k.of(s)
	switch k.Kind {
	case reflect.Int:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Slice:
		return strings.Join(v.Interface().([]string), "\n")
	}
	return v.String()
}

// Set turns a knob to what Get writes. A text that is none for its kind is a
// *FieldError; whether the position goes with the others is for Check to say.
func (s *Scenario) Set(name, text string) error {
	k, ok := find(name)
	if !ok {
		return errors.New("scenario: no knob is called " + strconv.Quote(clip(name)) + ": " + nearest(name))
	}
	v := k.of(s)
	switch k.Kind {
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return &FieldError{name, text, "use a whole number"}
		}
		v.SetInt(int64(n))
	case reflect.Bool:
		if text != "true" && text != "false" {
			return &FieldError{name, text, "use true or false"}
		}
		v.SetBool(text == "true")
	case reflect.Slice:
		list := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return line == "" })
		v.Set(reflect.ValueOf(slices.Clip(list)))
		if len(list) == 0 {
			v.SetZero()
		}
	default:
		v.SetString(text)
	}
	return nil
}

// Difference is a knob that two scenarios have in different positions, as Get
// has them.
type Difference struct{ Name, A, B string }

// Differ is the knobs in which s and o differ.
func (s Scenario) Differ(o Scenario) (all []Difference) {
	for _, k := range knobs {
		if a, b := k.get(&s), k.get(&o); a != b {
			all = append(all, Difference{k.Name, a, b})
		}
	}
	return all
}

// text is the position of a knob in a link.
func (k Knob) text(s *Scenario) string {
	if k.Kind != reflect.Slice {
		return escape(k.get(s), "")
	}
	var parts []string
	for _, part := range k.of(s).Interface().([]string) {
		parts = append(parts, escape(part, ","))
	}
	return strings.Join(parts, ",")
}

// set reads what text writes.
func (k Knob) set(s *Scenario, text string) error {
	parts := []string{text}
	if k.Kind == reflect.Slice {
		parts = strings.Split(text, ",")
	}
	for i, part := range parts {
		plain, err := unescape(part)
		if err != nil {
			return &FieldError{k.Name, text, err.Error()}
		}
		parts[i] = plain
	}
	return s.Set(k.Name, strings.Join(parts, "\n"))
}
