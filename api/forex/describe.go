package forex

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
)

// Describe is what is said of the routes of this area.
func Describe() []openapi.Area {
	return []openapi.Area{{Name: "Market", Text: "Gold's price and candles, once for all tenants. Prices are decimal strings.", Routes: map[string]openapi.Description{
		"GET /api/v1/market": {
			ID: "readMarket", Summary: "The price, and how its feed is",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The market.", Headers: openapi.VersionTag(), Content: openapi.JSON(openapi.Writes[marketOut]())}},
		},
		"GET /api/v1/market/candles": {
			ID: "listCandles", Summary: "The market's history",
			Text: "The oldest first. Without `from` they are the newest ones before `to`.",
			Query: []openapi.Parameter{
				openapi.Query("timeframe", openapi.Enum("1m", "15m", "1h", "4h"), "How long a candle lasts; 15m when it is left out."),
				openapi.Query("from", openapi.String(), "When the first one begins at the earliest, in RFC 3339."),
				openapi.Query("to", openapi.String(), "Before which the last one begins."),
				openapi.Query("limit", openapi.Integer(1, mostCandles), "How many at most; 500 when it is left out."),
			},
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "The candles.", Content: openapi.JSON(openapi.Writes[httpx.Page[candleOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: "A parameter is wrong; `fields` says which."},
		},
	}}, {Name: "AI", Text: "Messages that a language model writes. Each of their figures is checked; whatever is wrong, the written text goes out.", Routes: map[string]openapi.Description{
		"GET /api/v1/ai": {ID: "readAI", Summary: "The settings, today's use, and how the model does", Answers: aiAnswer()},
		"PATCH /api/v1/ai": {
			ID: "patchAI", Summary: "Change whether, how many and in which voice a model writes",
			Body: &openapi.Body{Content: map[string]openapi.Content{
				"application/merge-patch+json": openapi.Is(openapi.SchemaRef("AIPatch")),
				"application/json":             openapi.Reads[aiIn]("AIPatch", nil),
			}},
			Answers:  aiAnswer(),
			Refusals: map[int]string{http.StatusUnprocessableEntity: "A setting is wrong; `fields` says which."},
		},
	}}, describeSignals(), describeStrategies(), describeBacktests(), describeRecord(), describePerformance(), describeCrossPromo(), describeHype()}
}

func aiAnswer() []openapi.Answer {
	return []openapi.Answer{{Status: http.StatusOK, Text: "AI-written messages.", Headers: openapi.VersionTag(), Content: openapi.JSON(openapi.Writes[aiOut]())}}
}
