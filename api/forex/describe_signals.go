package forex

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
)

const (
	wrongParameter = "A parameter is wrong; `fields` says which."
	wrongField     = "A field is wrong; `fields` says which."
	wrongState     = "`signal_state`: something happened to it before. `signal_closing`: it closes at the next price already."
)

// answers is the usual answer to a read or a write of one thing.
func answers[T any](text string) []openapi.Answer {
	return []openapi.Answer{{Status: http.StatusOK, Text: text, Headers: openapi.VersionTag(), Content: openapi.JSON(openapi.Writes[T]())}}
}

func describeSignals() openapi.Area {
	oneSignal := answers[signalDetail]("The signal.")
	decided := func(id, summary, text string) openapi.Description {
		return openapi.Description{ID: id, Summary: summary, Text: text, Answers: oneSignal, Refusals: map[int]string{http.StatusConflict: wrongState}}
	}
	withReason := func(id, summary, text string) openapi.Description {
		d := decided(id, summary, text)
		d.Body = &openapi.Body{Content: openapi.JSON(openapi.Reads[reasonIn]("SignalReason", nil)), Optional: true}
		d.Refusals[http.StatusUnprocessableEntity] = wrongField
		return d
	}
	return openapi.Area{Name: "Signals", Text: "Gold signals, from their proposal to their end. All that happens to them is also an entry of the tenant's record.", Routes: map[string]openapi.Description{
		"GET /api/v1/signals": {
			ID: "listSignals", Summary: "The signals, the newest first",
			Query: openapi.Paging(
				openapi.Query("state", openapi.String(), "Only those: proposed, waiting, open, closed, rejected, lapsed or cancelled, or several with commas."),
				openapi.Query("strategy", openapi.String(), "Only those of this strategy."),
				openapi.Query("practice", openapi.Enum("true", "false"), "Those that are told to nobody, instead of the others."),
			),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[signalOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongParameter},
		},
		"GET /api/v1/signals/:signal": {ID: "readSignal", Summary: "One signal with what happened to it and what was told", Answers: oneSignal},
		"PATCH /api/v1/signals/:signal": {
			ID: "editSignal", Summary: "Move the stop and the targets of an open signal",
			Text:    "The new levels count from the next minute on; the VIP channel gets a correction, and the record keeps the old ones.",
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[levelsIn]("SignalLevelsPatch", func(o *openapi.Schema) { o.Require("stop", "targets") }))},
			Answers: oneSignal, Refusals: map[int]string{http.StatusConflict: wrongState, http.StatusUnprocessableEntity: wrongField},
		},
		"POST /api/v1/signals/:signal/approve": decided("approveSignal", "Let a proposed signal go out", "It is opened at the first price of the next minute."),
		"POST /api/v1/signals/:signal/reject":  withReason("rejectSignal", "End a proposed signal", ""),
		"POST /api/v1/signals/:signal/cancel":  withReason("cancelSignal", "Withdraw a signal that waits for its first price", ""),
		"POST /api/v1/signals/:signal/close":   decided("closeSignal", "Close an open signal at the market's last price", ""),
	}}
}

func describeStrategies() openapi.Area {
	return openapi.Area{Name: "Strategies", Text: "What makes signals, and what a tenant wants of them.", Routes: map[string]openapi.Description{
		"GET /api/v1/strategies": {
			ID: "listStrategies", Summary: "The strategies with their parameters and protections",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "All of them.", Content: openapi.JSON(openapi.Writes[httpx.Page[strategyOut]]())}},
		},
		"PATCH /api/v1/strategies/:strategy": {
			ID: "changeStrategy", Summary: "Switch a strategy, or change its parameters and protections",
			Text: "What is left out stays; parameters and protections are given whole. A strategy that goes live, or on with other parameters, has to have passed its gate, unless anyway is set.",
			Body: &openapi.Body{Content: openapi.JSON(openapi.Reads[strategyIn]("StrategyPatch", func(o *openapi.Schema) {
				o.Properties["params"] = &openapi.Schema{Type: openapi.Types{"object"}, Description: "Those that differ from their defaults."}
			}))},
			Answers: answers[strategyOut]("The strategy."), Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField, http.StatusConflict: "`not_proven`: its gate misses something, which the message names; `record_ended`: no signal can be made any more."},
		},
		"GET /api/v1/recaps": {
			ID: "listRecaps", Summary: "The recaps of days and weeks, the newest first", Query: openapi.Paging(),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[recapOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongParameter},
		},
		"GET /api/v1/signal-settings": {ID: "readSignalSettings", Summary: "What the tenant wants of its signals", Answers: answers[settingsOut]("The settings.")},
		"PATCH /api/v1/signal-settings": {
			ID: "changeSignalSettings", Summary: "Change what is wanted of signals", Text: "What is left out stays. Signals that are open keep what counted when they were opened.",
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[settingsBody]("SignalSettingsPatch", nil))},
			Answers: answers[settingsOut]("The settings."), Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField},
		},
	}}
}
