package home

import (
	"net/http"

	"github.com/promostack/promostack/api/openapi"
)

// Describe is what is said of the routes of this area.
func Describe() []openapi.Area {
	return []openapi.Area{{Name: "Home", Text: "What a person sees first.", Routes: map[string]openapi.Description{
		"GET /api/v1/home": {
			ID: "readHome", Summary: "What works, what waits for somebody, what goes out next, and which first steps are taken",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "All of it.", Content: openapi.JSON(openapi.Writes[homeOut]())}},
		},
		"GET /api/v1/attention": {
			ID: "readAttention", Summary: "How many matters wait for somebody",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The counts.", Content: openapi.JSON(openapi.Writes[attentionOut]())}},
		},
	}}}
}
