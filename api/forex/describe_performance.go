package forex

import (
	"net/http"

	"github.com/promostack/promostack/api/openapi"
)

func describePerformance() openapi.Area {
	filter := []openapi.Parameter{
		openapi.Query("from", openapi.String(), "The first day on which they were closed, in UTC: 2026-11-01."),
		openapi.Query("to", openapi.String(), "The last one."),
		openapi.Query("strategy", openapi.String(), "Only those of this strategy."),
		openapi.Query("market", openapi.Enum(realMarket, simulatedMarket), "Without it the real ones, or where there are none the simulated ones."),
	}
	wrong := map[int]string{http.StatusUnprocessableEntity: wrongParameter}
	return openapi.Area{Name: "Performance", Text: "What closed signals come to, without practice.", Routes: map[string]openapi.Description{
		"GET /api/v1/performance": {
			ID: "readPerformance", Summary: "What closed signals come to", Query: filter, Refusals: wrong,
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The figures.", Content: openapi.JSON(openapi.Writes[performanceOut]())}},
		},
		"GET /api/v1/performance.csv": {
			ID: "exportPerformance", Summary: "The closed signals as a table, the oldest first", Query: filter, Refusals: wrong,
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The table.", Content: map[string]openapi.Content{"text/csv": openapi.Is(openapi.String())},
				Headers: map[string]string{"Content-Disposition": "The file's name."}}},
		},
	}}
}
