package httpx

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/models"
)

type inner struct {
	Size pip.Size `json:"size"`
}

type bound struct {
	inner
	Spread  pip.Price           `json:"spread"`
	Maybe   *pip.R              `json:"maybe"`
	Shares  []pip.Pips          `json:"shares"`
	Targets []position.Target   `json:"targets"`
	ByName  map[string]inner    `json:"by_name"`
	Deep    *struct{ In inner } `json:"deep"`
	From    *time.Time          `json:"from"`
	Since   models.Time         `json:"since"`
	Mode    position.Side       `json:"mode"`
	Count   int8                `json:"count"`
	Part    float64             `json:"part"`
	On      bool                `json:"on"`
	Params  json.RawMessage     `json:"params"`
	Any     any                 `json:"any"`
}

// What a type of its own refuses is named by its path, with the type's own words.
func TestAMistakeIsNamed(t *testing.T) {
	for body, want := range map[string]string{
		`{"spread":"abc"}`:       "spread: must be a decimal number such as 2650.10",
		`{"spread":"0.123456"}`:  "spread: must have at most five decimals",
		`{"spread": 0.3}`:        `spread: must be a text such as "0.3", not a number`,
		`{"spread": true}`:       "spread: must be text, not bool",
		`{"Spread": {}}`:         "Spread: must be text, not object",
		`{"size":"0.3"}`:         "size: Must be a size that goes into 1 without a rest, such as 0.10 or 0.01",
		`{"maybe":"x"}`:          "maybe: must be a decimal number such as 2650.10",
		`{"shares":["50", "x"]}`: "shares[1]: must be a decimal number such as 2650.10",
		`{"shares":"50"}`:        "shares: must be a list, not string",
		`{"targets":[{"price":"1"},{"share":1,"price":"2650.123456"}]}`: "targets[1].price: must have at most five decimals",
		`{"targets":[{"share":"x"}]}`:                                   "targets[0].share: must be a whole number, not string",
		`{"by_name":{"a":{"size":"0.1"},"b":{"size":"-1"}}}`:            "by_name.b.size: must be above 0 and below 10000000",
		`{"deep":{"In":{"size":7}}}`:                                    `deep.In.size: must be a text such as "7", not a number`,
		`{"from":"yesterday"}`:                                          "from: must be a time such as 2026-01-02T13:30:00Z",
		`{"from":1767312000}`:                                           "from: must be a time such as 2026-01-02T13:30:00Z",
		`{"since":"2026-01-02"}`:                                        "since: must be a time such as 2026-01-02T13:30:00Z",
		`{"mode":5}`:                                                    "mode: must be text, not number",
		`{"count":1.5}`:                                                 "count: must be a whole number, not 1.5",
		`{"count":300}`:                                                 "count: must be a whole number, not 300",
		`{"part":"1"}`:                                                  "part: must be a number, not string",
		`{"on":1}`:                                                      "on: must be true or false, not number",
		`[]`:                                                            "body: must be an object, not array",
		`{"on":true,"spread":"a","from":"b"}`:                           "spread: must be a decimal number such as 2650.10",
		`{"params":{"atr":"x"},"any":[1],"spread":"a"}`:                 "spread: must be a decimal number such as 2650.10",
	} {
		err := DecodeJSON([]byte(body), &bound{})
		require.Error(t, err, body)
		f := fault.From(err)
		require.Equal(t, fault.Invalid, f.Kind, body)
		require.Len(t, f.Fields, 1, body)
		require.Equal(t, want, f.Fields[0].Name+": "+f.Message, body)
	}
	for body, code := range map[string]string{`{"spread":`: "bad_json", ``: "bad_json", `{"spread":"1"} {}`: "trailing_data", `{"spread":"x"} {}`: "bad_json", `{"width":"1"}`: "unknown_field"} {
		require.Equal(t, code, fault.From(DecodeJSON([]byte(body), &bound{})).Code, body)
	}
	var list []pip.Price
	require.Equal(t, "[1]", fault.From(DecodeJSON([]byte(`["1","x"]`), &list)).Fields[0].Name)
	require.NoError(t, DecodeJSON([]byte(`{"spread":null,"from":null,"targets":null,"deep":null}`), &bound{}))
}
