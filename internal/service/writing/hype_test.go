package writing_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/sandbox/ai"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// X4: a hype message is written in the house's voice about what a prompt says, and repeats no earlier one.
func TestHypeMessages(t *testing.T) {
	w := newWorld(t)
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	ctx, _ := testkit.Tenant(t, store, "ours")
	s := w.service(store)
	request := writing.Request{Kind: writing.Hype, Language: "en", Fallback: wording.Hype("en", 0, wording.HypeFacts{}), Angle: "Patience " + strings.Repeat("very ", 200),
		Style: "dry", Earlier: []string{"The day begins.", "Gold waits for nobody, and neither do the levels that we read."}}
	for _, c := range []struct {
		text   string
		source writing.Source
		reason writing.Reason
	}{
		{"Some count candles. Others count on a plan.", writing.ByAI, writing.NoReason},
		{"GOLD waits for nobody! And neither do the levels that we read 🔥", writing.ByTemplate, writing.Repeats},
		{"The levels know 40 pips more.", writing.ByTemplate, writing.Invented},
	} {
		w.order(ai.Order{Kind: ai.Say, Texts: []string{c.text}})
		result, err := s.Write(ctx, request)
		require.NoError(t, err)
		require.Equal(t, []any{c.source, c.reason}, []any{result.Source, result.Reason}, c.text)
	}
	require.Contains(t, writing.Reasons(), writing.Repeats)
	usage, err := store.AI.Usage(ctx, models.Day(w.now))
	require.NoError(t, err)
	require.Equal(t, []int{3, 1, 2}, []int{usage.Used, usage.Written, usage.Refused})

	call := w.state().Calls[0]
	require.Contains(t, call.System, "The voice is that of EntryLab")
	require.NotContains(t, call.System, "Patience")
	var data map[string]any
	require.NoError(t, json.Unmarshal([]byte(call.User), &data))
	require.Equal(t, []any{"hype", writing.EntryLab, "dry"}, []any{data["kind"], data["brand"], data["style"]})
	require.Len(t, data["angle"], models.MaxAIVoice, "it is cut")

	_, err = s.Write(ctx, milestone("en")) // which has none of it
	require.NoError(t, err)
	require.NotContains(t, w.state().Calls[0].User, "brand")
	require.NotContains(t, w.state().Calls[0].System, "EntryLab")
}
