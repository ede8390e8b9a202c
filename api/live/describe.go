package live

import (
	"net/http"

	"github.com/promostack/promostack/api/openapi"
)

// Describe describes the routes of this area.
func Describe() []openapi.Area {
	return []openapi.Area{{Name: "Events", Text: "What changes, as it changes.", Routes: map[string]openapi.Description{
		"GET /api/v1/events": {
			ID: "events", Summary: "A stream of server-sent events",
			Text: "Each event has an id and as its data what changed, in JSON (the schema Event), never its content. " +
				"An event may come twice. The event `reset`, whose data is `{}`, says that events were missed and are no " +
				"longer available: reload what you show. Lines that begin with a colon keep the connection open. " +
				"A session has eight streams at most, and each ends after 15 minutes.",
			Headers: []openapi.Parameter{openapi.RequestHeader("Last-Event-ID", "The last event that was seen: what came after it comes first.")},
			Query:   []openapi.Parameter{openapi.Query("last_event_id", openapi.String(), "The same, where the header can't be set.")},
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The stream, until the client ends it.",
				Content: map[string]openapi.Content{"text/event-stream": stream}}},
			Refusals: map[int]string{http.StatusTooManyRequests: "`too_many_streams` or `rate_limited`."},
		},
	}}}
}

// stream names the schema of an event's data, since the stream's own schema is plain text.
func stream(s *openapi.Schemas) *openapi.Schema {
	openapi.Writes[eventOut]()(s)
	return openapi.String().Says("The data of each event is an Event.")
}
