package journeys

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
	service "github.com/promostack/promostack/internal/service/journeys"
)

// Describe describes the routes of this area.
func Describe() []openapi.Area {
	return []openapi.Area{
		{Name: "Journeys", Text: "What the bots and the user account say to people automatically, in versions. A draft is edited; " +
			"publishing makes it a version that never changes, and people in one finish on it.", Routes: describeJourneys()},
		{Name: "Drafts of journeys", Text: "Checking and testing drafts before anybody meets them.", Routes: describeDrafts()},
		{Name: "Conversations", Text: "People on their way through journeys.", Routes: describeConversations()},
		{Name: "Links", Text: "Where the links in messages lead.", Routes: describeLinks()},
	}
}

func ok(text string, content openapi.Content) []openapi.Answer {
	return []openapi.Answer{{Status: http.StatusOK, Text: text, Content: openapi.JSON(content)}}
}

func oneJourney(text string) []openapi.Answer {
	return []openapi.Answer{{Status: http.StatusOK, Text: text, Headers: openapi.VersionTag(), Content: openapi.JSON(openapi.Writes[journeyDetail]())}}
}

func created(text string) []openapi.Answer {
	headers := openapi.VersionTag()
	headers["Location"] = "The journey's address."
	return []openapi.Answer{{Status: http.StatusCreated, Text: text, Headers: headers, Content: openapi.JSON(openapi.Writes[journeyDetail]())}}
}

const (
	wrongParameter = "A parameter is wrong; `fields` says which."
	wrongField     = "A field is wrong; `fields` says which, those of a definition as `definition.steps[2].seconds`."
	locked         = "`journey_locked`."
)

// definitionSchema makes the member definition one of the published schema.
func definitionSchema(o *openapi.Schema) {
	o.Properties["definition"] = openapi.SchemaRef("JourneyDefinition")
}

// definitionBody is a definition as people hand it in.
var definitionBody = &openapi.Body{Content: openapi.JSON(openapi.Reads[definitionIn]("JourneyDraft", func(o *openapi.Schema) {
	o.Require("definition")
	definitionSchema(o)
}))}

func describeJourneys() map[string]openapi.Description {
	body := func(content openapi.Content) *openapi.Body { return &openapi.Body{Content: openapi.JSON(content)} }
	optional := func(content openapi.Content) *openapi.Body {
		return &openapi.Body{Content: openapi.JSON(content), Optional: true}
	}
	return map[string]openapi.Description{
		"GET /api/v1/journeys": {
			ID: "listJourneys", Summary: "The journeys, the last changed first",
			Query: openapi.Paging(
				openapi.Query("q", openapi.String(), "Finds this text in names."),
				openapi.Query("state", openapi.Enum("draft", "active", "stopped"), "Only those."),
			),
			Answers:  ok("A page.", openapi.Writes[httpx.Page[journeySummary]]()),
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongParameter},
		},
		"POST /api/v1/journeys": {
			ID: "createJourney", Summary: "Make a journey with a first draft",
			Body: body(openapi.Reads[newJourney]("NewJourney", func(o *openapi.Schema) {
				o.Require("name")
				definitionSchema(o)
				o.Properties["template"] = openapi.Enum("", "blank").Says("What the draft begins with when there is no definition.")
			})),
			Answers: created("The journey."), Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField},
		},
		"GET /api/v1/journeys/:journey": {ID: "readJourney", Summary: "One journey with its draft", Answers: oneJourney("The journey.")},
		"PATCH /api/v1/journeys/:journey": {
			ID: "patchJourney", Summary: "Rename a journey, lock or unlock it",
			Body: &openapi.Body{Content: map[string]openapi.Content{
				"application/merge-patch+json": openapi.Is(openapi.SchemaRef("JourneyPatch")),
				"application/json":             openapi.Reads[journeyPatch]("JourneyPatch", nil),
			}},
			Answers: oneJourney("The journey."), Refusals: map[int]string{http.StatusConflict: "`journey_locked`: unlock it first."},
		},
		"DELETE /api/v1/journeys/:journey": {
			ID: "deleteJourney", Summary: "Remove a journey with its versions and figures",
			Answers:  []openapi.Answer{{Status: http.StatusNoContent, Text: "It is gone."}},
			Refusals: map[int]string{http.StatusConflict: "`journey_locked`, `journey_active`, or `journey_occupied`: people are in it."},
		},
		"PUT /api/v1/journeys/:journey/draft": {
			ID: "saveJourneyDraft", Summary: "Replace a journey's draft", Text: "It need not be complete: what is missing is in `issues`.",
			Body: definitionBody, Answers: oneJourney("The journey."),
			Refusals: map[int]string{http.StatusConflict: locked, http.StatusUnprocessableEntity: wrongField},
		},
		"DELETE /api/v1/journeys/:journey/draft": {
			ID: "discardJourneyDraft", Summary: "Make the live version the draft again", Answers: oneJourney("The journey."),
			Refusals: map[int]string{http.StatusConflict: "`journey_locked`, or `only_a_draft`: it was never published."},
		},
		"POST /api/v1/journeys/:journey/publish": {
			ID: "publishJourney", Summary: "Make the draft the version that people enter from now on",
			Body:    optional(openapi.Reads[publishIn]("JourneyPublishing", nil)),
			Answers: oneJourney("The journey, which is active."),
			Refusals: map[int]string{
				http.StatusConflict:            "`trigger_taken`: another active journey has one of its triggers; `fields` says which. `journey_locked`, or `idempotency_in_progress`.",
				http.StatusUnprocessableEntity: "`journey_invalid`: the draft has errors; `fields` names them as `steps.<id>.text`.",
			},
		},
		"POST /api/v1/journeys/:journey/stop": {
			ID: "stopJourney", Summary: "Let nobody enter any more", Text: "People who are in it finish.", Answers: oneJourney("The journey."),
			Refusals: map[int]string{http.StatusConflict: "`journey_not_active`."},
		},
		"POST /api/v1/journeys/:journey/duplicate": {
			ID: "duplicateJourney", Summary: "Copy a journey as a draft", Text: "`stop_original` stops the original at the same moment.",
			Body:    optional(openapi.Reads[duplicateIn]("JourneyCopy", nil)),
			Answers: created("The copy."), Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField},
		},
		"GET /api/v1/journeys/:journey/versions": {
			ID: "listJourneyVersions", Summary: "What was published, the newest first", Answers: ok("All of it.", openapi.Writes[httpx.Page[versionOut]]()),
		},
		"GET /api/v1/journeys/:journey/versions/:version": {
			ID: "readJourneyVersion", Summary: "One version with what it says", Answers: ok("The version.", openapi.Writes[versionDetail]()),
		},
		"POST /api/v1/journeys/:journey/versions/:version/restore": {
			ID: "restoreJourneyVersion", Summary: "Make a version the draft", Text: "Publishing it afterwards is a rollback.", Answers: oneJourney("The journey."),
			Refusals: map[int]string{http.StatusConflict: locked},
		},
		"GET /api/v1/journeys/:journey/export": {
			ID: "exportJourney", Summary: "A journey's draft as a file",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The file.", Content: openapi.JSON(file),
				Headers: map[string]string{"Content-Disposition": "The file's name."}}},
		},
		"POST /api/v1/journeys/import": {
			ID: "importJourney", Summary: "Make a draft from an exported file", Text: "Photos are uploads and are not part of it.",
			Body: body(file), Answers: created("The journey."), Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField},
		},
		"GET /api/v1/journeys/:journey/figures": {
			ID: "journeyFigures", Summary: "The figures of a journey, step by step", Query: []openapi.Parameter{oneVersion},
			Answers: ok("The figures.", openapi.Writes[figuresOut]()),
		},
		"GET /api/v1/journeys/:journey/figures.csv": {
			ID: "journeyFiguresTable", Summary: "The figures of the steps as a table", Query: []openapi.Parameter{oneVersion},
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The table.", Content: map[string]openapi.Content{"text/csv": openapi.Is(openapi.String())},
				Headers: map[string]string{"Content-Disposition": "The file's name."}}},
		},
	}
}

var oneVersion = openapi.Query("version", openapi.String(), "A version's id: only what was counted on it.")

// file is a journey as it is exported.
var file = openapi.Reads[service.File]("JourneyFile", func(o *openapi.Schema) {
	o.Require("promostack", "format", "name", "definition")
	o.Properties["promostack"] = openapi.Enum(service.FileKind)
	o.Properties["format"] = openapi.Integer(service.FileFormat, service.FileFormat)
	definitionSchema(o)
})

func describeDrafts() map[string]openapi.Description {
	return map[string]openapi.Description{
		"POST /api/v1/journeys/check": {
			ID: "checkJourney", Summary: "What is wrong with a definition", Body: definitionBody,
			Answers:  ok("What would keep it from working, and what is probably a mistake.", openapi.Writes[issuesOut]()),
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField},
		},
		"POST /api/v1/journeys/test": {
			ID: "tryJourney", Summary: "What an event does in a draft",
			Text: "The engine is that of live conversations. The caller keeps the state and passes the time; nothing is sent and nothing is stored. " +
				"A message while nothing runs is matched with the draft's triggers. `start` gets a token and a seed when it has none.",
			Body: &openapi.Body{Content: openapi.JSON(openapi.Reads[trialIn]("JourneyTrial", func(o *openapi.Schema) {
				o.Require("definition", "event")
				definitionSchema(o)
			}))},
			Answers:  ok("The new state and what would be done.", openapi.Writes[trialOut]()),
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField},
		},
		"GET /api/v1/journeys/:journey/changes": {
			ID: "journeyChanges", Summary: "What the draft would change in the live version", Answers: ok("The differences.", openapi.Writes[changesOut]()),
		},
	}
}

func describeConversations() map[string]openapi.Description {
	accepted := []openapi.Answer{{Status: http.StatusAccepted, Text: "The conversation. The command is queued, and its effect shows in the conversation.",
		Content: openapi.JSON(openapi.Writes[conversationOut]())}}
	const over = "`conversation_over`, `conversation_busy`, or `idempotency_in_progress`."
	out := map[string]openapi.Description{
		"GET /api/v1/conversations": {
			ID: "listConversations", Summary: "Conversations, the last started first",
			Query: openapi.Paging(
				openapi.Query("journey", openapi.String(), "Only those of this journey."),
				openapi.Query("step", openapi.String(), "Only those at this step; empty is the welcome message. Without it, those at any step."),
				openapi.Query("state", openapi.Enum("running", "paused", "handed", "ended", "broken"), "Only those; handed are those that want a person."),
				openapi.Query("subscriber", openapi.String(), "Only those of this person."),
				openapi.Query("q", openapi.String(), "Text in the person's name or username; one or two letters find the beginnings of words."),
			),
			Answers:  ok("A page.", openapi.Writes[httpx.Page[conversationOut]]()),
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongParameter},
		},
		"GET /api/v1/conversations/:conversation": {ID: "readConversation", Summary: "One conversation", Answers: ok("The conversation.", openapi.Writes[conversationOut]())},
		"GET /api/v1/conversations/:conversation/log": {
			ID: "conversationLog", Summary: "What happened in a conversation, the newest first", Query: openapi.Paging(),
			Answers:  ok("A page.", openapi.Writes[httpx.Page[logLine]]()),
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongParameter},
		},
		"GET /api/v1/messages/log": {
			ID: "messageLog", Summary: "What a person wrote, and what it triggered or why not",
			Query:    openapi.Paging(openapi.Parameter{Name: "subscriber", In: "query", Required: true, Schema: openapi.String(), Description: "The person's id."}),
			Answers:  ok("A page.", openapi.Writes[httpx.Page[logLine]]()),
			Refusals: map[int]string{http.StatusNotFound: "`subscriber_not_found`.", http.StatusUnprocessableEntity: wrongParameter},
		},
		"POST /api/v1/conversations/:conversation/pause": {
			ID: "pauseConversation", Summary: "Take a conversation over", Text: "Nothing more is sent, except what is already on its way.",
			Answers: accepted, Refusals: map[int]string{http.StatusConflict: over},
		},
		"POST /api/v1/conversations/:conversation/resume": {
			ID: "resumeConversation", Summary: "Hand a conversation back to its journey",
			Answers: accepted, Refusals: map[int]string{http.StatusConflict: "`conversation_not_paused`, " + over},
		},
		"POST /api/v1/conversations/:conversation/end": {
			ID: "endConversation", Summary: "End a conversation", Answers: accepted, Refusals: map[int]string{http.StatusConflict: over},
		},
		"POST /api/v1/conversations/:conversation/move": {
			ID: "moveConversation", Summary: "Move a conversation to another step of its version",
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[moveIn]("ConversationMove", func(o *openapi.Schema) { o.Require("step_id") }))},
			Answers: accepted, Refusals: map[int]string{http.StatusConflict: over, http.StatusUnprocessableEntity: "`step_not_found`, or a field is wrong; `fields` says which."},
		},
		"POST /api/v1/conversations/:conversation/answer": {
			ID: "answerConversation", Summary: "Write to the person in a conversation that was taken over",
			Body:     &openapi.Body{Content: openapi.JSON(openapi.Reads[answerIn]("ConversationAnswer", func(o *openapi.Schema) { o.Require("text") }))},
			Answers:  accepted,
			Refusals: map[int]string{http.StatusConflict: "`conversation_not_paused`, " + over},
		},
	}
	return out
}

func describeLinks() map[string]openapi.Description {
	headers := map[string]string{"Location": "Where the link leads."}
	refusals := map[int]string{http.StatusNotFound: "There is no such link."}
	return map[string]openapi.Description{
		"GET /l/:link": {
			ID: "followLink", Summary: "Go where a link in a message leads",
			Text: "It counts as a click, unless the request says that it is only a preview (`Purpose`, `Sec-Purpose`, `X-Moz: prefetch`) or comes from a program that makes previews.",
			Answers: []openapi.Answer{{Status: http.StatusFound, Text: "A redirect to where the link leads.", Headers: headers,
				Content: map[string]openapi.Content{"text/html": openapi.Is(openapi.String())}}},
			Refusals: refusals, Pages: true,
		},
		"HEAD /l/:link": {
			ID: "lookAtLink", Summary: "Look where a link in a message leads", Text: "It doesn't count as a click.",
			Answers:  []openapi.Answer{{Status: http.StatusFound, Text: "A redirect to where the link leads.", Headers: headers}},
			Refusals: refusals, Pages: true,
		},
	}
}
