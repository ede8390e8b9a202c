package forex

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
)

func describeBacktests() openapi.Area {
	accepted := answers[backtestOut]("It is queued; Location says where it is.")
	accepted[0].Status = http.StatusAccepted
	return openapi.Area{Name: "Backtests", Text: "Strategies run over the market's history, one of a tenant's at a time. The newest 200 are kept.", Routes: map[string]openapi.Description{
		"GET /api/v1/backtests": {
			ID: "listBacktests", Summary: "The backtests, the newest first",
			Query: openapi.Paging(
				openapi.Query("state", openapi.Enum("queued", "running", "finished", "failed", "cancelled"), "Only those."),
				openapi.Query("strategy", openapi.String(), "Only those of this strategy."),
			),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[backtestOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongParameter},
		},
		"POST /api/v1/backtests": {
			ID: "createBacktest", Summary: "Run a strategy over the market's history",
			Text: "It runs on whether or not anybody looks, and one that a worker died of begins anew. What `promostack backtest` prints over the same candles is the same.",
			Body: &openapi.Body{Content: openapi.JSON(openapi.Reads[backtestIn]("BacktestRequest", func(o *openapi.Schema) {
				o.Require("strategy")
				o.Properties["params"] = &openapi.Schema{Type: openapi.Types{"object"}, Description: o.Properties["params"].Description}
			}))},
			Answers: accepted,
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField,
				http.StatusConflict: "`backtests_waiting`: 20 wait already. `market_off` or `no_candles`: there is no history."},
		},
		"GET /api/v1/backtests/:backtest":         {ID: "readBacktest", Summary: "One backtest with its trades and its account", Answers: answers[backtestDetail]("The backtest.")},
		"POST /api/v1/backtests/:backtest/cancel": {ID: "cancelBacktest", Summary: "End a backtest that is not over", Text: "One that is over stays as it is.", Answers: answers[backtestOut]("The backtest.")},
		"DELETE /api/v1/backtests/:backtest": {
			ID: "deleteBacktest", Summary: "Delete a backtest that is over", Answers: []openapi.Answer{{Status: http.StatusNoContent, Text: "It is gone."}},
			Refusals: map[int]string{http.StatusConflict: "`backtest_state`: it is not over."},
		},
		"GET /api/v1/strategies/:strategy/gate": {
			ID: "readGate", Summary: "What a strategy has shown before it goes live",
			Text:    "The two checks pass in a finished backtest of its present parameters and protections by the present rules of signals, that backtest has 100 trades out of sample after spread, and it has practised for five trading days.",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The gate.", Content: openapi.JSON(openapi.Writes[gateOut]())}},
		},
	}}
}
