package demo

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

// R5: the demo's journey has nothing that could be complained about, and is read as it is written.
func TestTheJourneyIsGood(t *testing.T) {
	d := Journey()
	require.Empty(t, d.Check())
	data, err := json.Marshal(d)
	require.NoError(t, err)
	read, err := journey.Parse(data)
	require.NoError(t, err)
	require.Equal(t, d, read)
	types := map[journey.StepType]bool{}
	for _, s := range d.Steps {
		types[s.Type] = true
	}
	for _, kind := range []journey.StepType{journey.Question, journey.Condition, journey.Message, journey.Delay, journey.WaitForReply, journey.Tag, journey.End} {
		require.True(t, types[kind], kind)
	}
}
