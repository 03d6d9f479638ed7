// Package scenariofile reads scenarios from JSON text. It is apart from package
// scenario for its size: it needs encoding/json, and the page, where the browser
// reads JSON, does not need it.
package scenariofile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"tlsplay/sim/scenario"
)

// Parse reads the JSON form. Fields that are not there keep their default;
// unknown ones are an error.
func Parse(text []byte) (scenario.Scenario, error) {
	s := scenario.Default()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return s, fmt.Errorf("scenariofile: not a scenario in JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if dec.More() {
		return s, fmt.Errorf("scenariofile: text after the scenario's closing brace: remove it")
	}
	return s, nil
}
