package strategy

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
)

func TestRegistry(t *testing.T) {
	var names []string
	for _, k := range All() {
		require.NotContains(t, names, k.Name)
		names = append(names, k.Name)
		found, ok := Find(k.Name)
		require.True(t, ok)
		require.Same(t, k, found)
		require.NotEmpty(t, k.Title)
		require.NotEmpty(t, k.Summary)
		require.Positive(t, k.Timeframe.Seconds())
	}
	require.Equal(t, []string{"trend-pullback", "breakout", "mean-reversion", "momentum", "sma-cross"}, names)
	_, ok := Find("martingale")
	require.False(t, ok)
}

// What is left out has its default, and what comes back makes the same again.
func TestValues(t *testing.T) {
	for _, k := range All() {
		_, plain, warmUp, err := k.New(nil)
		require.NoError(t, err)
		require.Positive(t, warmUp)
		require.Len(t, plain, len(k.Params))
		for _, p := range k.Params {
			require.Equal(t, p.Default, plain[p.Name], "%s %s", k.Name, p.Name)
			require.NotEmpty(t, p.Title)
			require.NotEmpty(t, p.Help)
			if p.Choices == nil {
				require.True(t, p.Min < p.Max && p.Step > 0, "%s %s", k.Name, p.Name)
			}
		}
		for _, none := range []string{"", " ", "null", "{}"} {
			_, values, _, err := k.New(json.RawMessage(none))
			require.NoError(t, err)
			require.Equal(t, plain, values)
		}
	}

	k, _ := Find("sma-cross")
	_, values, warmUp, err := k.New(json.RawMessage(`{"fast": 5.0, "slow": 3e1, "side": "both"}`))
	require.NoError(t, err)
	require.Equal(t, 30, warmUp)
	require.Equal(t, 5, values.Int("fast"))
	require.Equal(t, "both", values.Word("side"))
	text, err := json.Marshal(values)
	require.NoError(t, err)
	require.JSONEq(t, `{"fast": 5, "slow": 30, "side": "both", "cash": 10000}`, string(text))
	_, again, _, err := k.New(text)
	require.NoError(t, err)
	require.Equal(t, values, again)
}

func TestBadParamsAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		params      string
		field, says string
	}{
		"unknown":         {`{"fats": 5}`, "params.fats", "The parameters of sma-cross are fast, slow, side, cash"},
		"too small":       {`{"fast": 0}`, "params.fast", "between 1 and 999"},
		"too large":       {`{"slow": 1001}`, "params.slow", "between 2 and 1000"},
		"no whole number": {`{"fast": 2.5}`, "params.fast", "whole number"},
		"a text":          {`{"fast": "5"}`, "params.fast", "Must be a number"},
		"null":            {`{"fast": null}`, "params.fast", "Must be a number"},
		"another word":    {`{"side": "short"}`, "params.side", "long, both"},
		"no word":         {`{"side": 1}`, "params.side", "Must be a text"},
		"out of order":    {`{"fast": 50}`, "params.fast", "Must be below slow, which is 20"},
		"the same":        {`{"fast": 30, "slow": 30}`, "params.fast", "Must be below slow, which is 30"},
		"a list":          {`[1]`, "params", "Must be an object"},
		"a number":        {`5`, "params", "Must be an object"},
	} {
		_, _, _, err := smaCrossKind.New(json.RawMessage(c.params))
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
		f := fault.From(err)
		require.Len(t, f.Fields, 1, name)
		require.Equal(t, c.field, f.Fields[0].Name, name)
		require.Contains(t, f.Error(), c.says, name)
	}
	for _, broken := range []string{"{", "fast=5", `{"fast": 5}}`, `{"fast": 5`} {
		_, _, _, err := smaCrossKind.New(json.RawMessage(broken))
		require.True(t, fault.Is(err, fault.Malformed), "%s: %v", broken, err)
	}
	_, _, _, err := smaCrossKind.New(json.RawMessage(`{}, "more": {}`))
	require.True(t, fault.Is(err, fault.Invalid), "%v", err)

	// all that is wrong is said at once
	_, _, _, err = trendPullbackKind.New(json.RawMessage(`{"fast": 100, "slow": 50, "target_1": 3, "target_2": 1, "stop_min": 4}`))
	var fields []string
	for _, field := range fault.From(err).Fields {
		fields = append(fields, field.Name)
	}
	require.Equal(t, []string{"params.fast", "params.stop_min", "params.target_1"}, fields)
}

// The published schema takes what New takes, and refuses what it refuses; the order of parameters alone
// is beyond it.
func TestSchema(t *testing.T) {
	for _, k := range All() {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(k.Schema()))
		require.NoError(t, err)
		c := jsonschema.NewCompiler()
		require.NoError(t, c.AddResource("params.json", document))
		schema, err := c.Compile("params.json")
		require.NoError(t, err)
		takes := func(params map[string]any) bool {
			text, err := json.Marshal(params)
			require.NoError(t, err)
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			require.NoError(t, err)
			_, _, _, err = k.New(text)
			inOrder := err == nil || slices.ContainsFunc(fault.From(err).Fields, func(f fault.Field) bool { return f.Code == "out_of_order" })
			require.Equal(t, inOrder, schema.Validate(value) == nil, "%s with %s: %v", k.Name, text, err)
			return inOrder
		}
		_, values, _, err := k.New(nil)
		require.NoError(t, err)
		require.True(t, takes(values))
		require.False(t, takes(map[string]any{"unknown": 1}))
		for _, p := range k.Params {
			if p.Choices != nil {
				require.True(t, takes(map[string]any{p.Name: p.Choices[1]}))
				require.False(t, takes(map[string]any{p.Name: "other"}))
				continue
			}
			require.True(t, takes(map[string]any{p.Name: p.Min}))
			require.True(t, takes(map[string]any{p.Name: p.Max}))
			require.False(t, takes(map[string]any{p.Name: p.Min - p.Step}))
			require.False(t, takes(map[string]any{p.Name: p.Max + p.Step}))
			require.Equal(t, !p.Whole, takes(map[string]any{p.Name: p.Min + p.Step/2}))
		}
	}
}
