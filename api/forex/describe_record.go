package forex

import (
	"net/http"

	"github.com/promostack/promostack/api/openapi"
)

func describeRecord() openapi.Area {
	gone := map[int]string{http.StatusNotFound: "`record_not_found`: nobody publishes signals under this name."}
	return openapi.Area{Name: "Record", Text: "The track record that everybody can check: a chain of entries, each of which names the hash of the one before.", Routes: map[string]openapi.Description{
		"GET /t/:slug": {
			ID: "showRecord", Summary: "A tenant's record as a page",
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "The page.", Content: map[string]openapi.Content{"text/html": openapi.Is(openapi.String())}}},
			Refusals: gone, Pages: true,
		},
		"GET /t/:slug/record.json": {
			ID: "readPublicRecord", Summary: "A tenant's whole record, as `promostack verify` reads it",
			Text:    "Compressed for clients that accept gzip.",
			Headers: []openapi.Parameter{openapi.RequestHeader("If-None-Match", "The ETag of what the caller has.")},
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The record.", Headers: map[string]string{"ETag": "The head of the chain."}, Content: openapi.JSON(openapi.Writes[publicRecordOut]())},
				{Status: http.StatusNotModified, Text: "It is what the caller has."}},
			Refusals: gone,
		},
		"GET /api/v1/record": {
			ID: "readRecord", Summary: "How far the tenant's record goes, and what it comes to",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "Its end.", Content: openapi.JSON(openapi.Writes[recordEndOut]())}},
		},
		"POST /api/v1/record/end": {
			ID: "endRecord", Summary: "End the tenant's record for good",
			Text:     "Strategies are switched off, what was never open is cancelled, what is open is closed at the first price of the next minute, and then the last entry says that the record has ended. It stays where everybody reads it. Nothing takes this back.",
			Body:     &openapi.Body{Content: openapi.JSON(openapi.Reads[endRecordIn]("RecordEndOrder", nil))},
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "The record.", Content: openapi.JSON(openapi.Writes[recordEndOut]())}},
			Refusals: map[int]string{http.StatusConflict: "`no_record`: it has not begun.", http.StatusUnprocessableEntity: wrongField},
		},
	}}
}
