package forex

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
)

func describeCrossPromo() openapi.Area {
	gone := map[int]string{http.StatusNotFound: "`slot_not_found`: it must be news, recap, teaser or brag."}
	return openapi.Area{Name: "Cross-promotion", Text: "What the FREE channel is told of the VIP channel: a day's programme, and results by rule.", Routes: map[string]openapi.Description{
		"GET /api/v1/cross-promotion": {ID: "readCrossPromotion", Summary: "What the tenant wants of cross-promotion", Answers: answers[crossPromoOut]("The settings.")},
		"PATCH /api/v1/cross-promotion": {
			ID: "changeCrossPromotion", Summary: "Change what is wanted of cross-promotion",
			Text:    "What is left out stays. It counts at once: a post that is moved to a time of today which is over is skipped today.",
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[crossPromoBody]("CrossPromotionPatch", nil))},
			Answers: answers[crossPromoOut]("The settings."), Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField},
		},
		"GET /api/v1/cross-promotion/days": {
			ID: "listProgrammeDays", Summary: "The programme of days, with what became of each post",
			Query: []openapi.Parameter{openapi.Query("from", openapi.String(), "The first day in UTC, such as 2026-11-30; today when it is left out."),
				openapi.Query("days", openapi.Integer(1, mostDays), "How many days; 1 when it is left out.")},
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "The days.", Content: openapi.JSON(openapi.Writes[httpx.Page[programmeDayOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongParameter},
		},
		"POST /api/v1/cross-promotion/slots/:slot/run": {
			ID: "runProgrammeSlot", Summary: "Send a post of the programme at once", Text: "The planned one still comes at its time. It is marked as asked for by a person.",
			Answers: []openapi.Answer{{Status: http.StatusAccepted, Text: "The post.", Content: openapi.JSON(openapi.Writes[signalPostOut]())}}, Refusals: gone,
		},
		"POST /api/v1/cross-promotion/slots/:slot/skip": {
			ID: "skipProgrammeSlot", Summary: "Leave a post of today's programme out",
			Answers:  []openapi.Answer{{Status: http.StatusNoContent, Text: "It is left out."}},
			Refusals: map[int]string{http.StatusNotFound: gone[http.StatusNotFound], http.StatusConflict: "`slot_off`: there is none today; `slot_done`: its turn has come already."},
		},
		"POST /api/v1/cross-promotion/slots/:slot/preview": {
			ID: "previewProgrammeSlot", Summary: "A post of the programme as it would go out now", Text: "Nothing is sent. What a language model writes counts against the day's budget.",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The post.", Content: openapi.JSON(openapi.Writes[postPreviewOut]())}}, Refusals: gone,
		},
	}}
}
