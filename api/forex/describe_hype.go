package forex

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
)

func describeHype() openapi.Area {
	const noPrompt, noFlow = "`prompt_not_found`.", "`flow_not_found`."
	created := func(content openapi.Content, text string) []openapi.Answer {
		return []openapi.Answer{{Status: http.StatusCreated, Text: text, Headers: openapi.VersionTag(), Content: openapi.JSON(content)}}
	}
	page := func(content openapi.Content) []openapi.Answer {
		return []openapi.Answer{{Status: http.StatusOK, Text: "All of them.", Content: openapi.JSON(content)}}
	}
	body := func(content openapi.Content) *openapi.Body { return &openapi.Body{Content: openapi.JSON(content)} }
	gone := []openapi.Answer{{Status: http.StatusNoContent, Text: "It is gone."}}
	return openapi.Area{Name: "Hype bot", Text: "Messages to the FREE channel after the day's call to action, which a model writes or the program. None repeats one of the last thirty.", Routes: map[string]openapi.Description{
		"GET /api/v1/hype/prompts": {
			ID: "listHypePrompts", Summary: "The prompts, in the order of their names", Answers: page(openapi.Writes[httpx.Page[hypePromptOut]]()),
		},
		"POST /api/v1/hype/prompts": {
			ID: "createHypePrompt", Summary: "Add a prompt",
			Text:     "To a model its angle and its style are data: topic and tone, never an instruction. There are at most 50.",
			Body:     body(openapi.Reads[hypePromptBody]("HypePromptNew", func(o *openapi.Schema) { o.Require("name", "angle") })),
			Answers:  created(openapi.Writes[hypePromptOut](), "The prompt."),
			Refusals: map[int]string{http.StatusConflict: "`prompt_name_taken`, `too_many_prompts`.", http.StatusUnprocessableEntity: wrongField},
		},
		"PATCH /api/v1/hype/prompts/:prompt": {
			ID: "patchHypePrompt", Summary: "Change a prompt", Text: "What is left out stays. It counts from the next message on.",
			Body:    body(openapi.Reads[hypePromptBody]("HypePromptPatch", nil)),
			Answers: answers[hypePromptOut]("The prompt."),
			Refusals: map[int]string{http.StatusNotFound: noPrompt, http.StatusConflict: "`prompt_name_taken`.",
				http.StatusUnprocessableEntity: wrongField},
		},
		"DELETE /api/v1/hype/prompts/:prompt": {
			ID: "deleteHypePrompt", Summary: "Delete a prompt", Answers: gone,
			Refusals: map[int]string{http.StatusNotFound: noPrompt, http.StatusConflict: "`prompt_in_use`: the message names the flows."},
		},
		"GET /api/v1/hype/flows": {ID: "listHypeFlows", Summary: "The flows, in their order", Answers: page(openapi.Writes[httpx.Page[hypeFlowOut]]())},
		"POST /api/v1/hype/flows": {
			ID: "createHypeFlow", Summary: "Add a flow after the others", Text: "There are at most 20.",
			Body:     body(openapi.Reads[hypeFlowBody]("HypeFlowNew", func(o *openapi.Schema) { o.Require("name", "prompts") })),
			Answers:  created(openapi.Writes[hypeFlowOut](), "The flow."),
			Refusals: map[int]string{http.StatusConflict: "`flow_name_taken`, `too_many_flows`.", http.StatusUnprocessableEntity: wrongField},
		},
		"PATCH /api/v1/hype/flows/:flow": {
			ID: "patchHypeFlow", Summary: "Change a flow",
			Text:    "What is left out stays. A run that is under way ends when the flow is switched off; everything else counts from its next message on.",
			Body:    body(openapi.Reads[hypeFlowBody]("HypeFlowPatch", nil)),
			Answers: answers[hypeFlowOut]("The flow."),
			Refusals: map[int]string{http.StatusNotFound: noFlow, http.StatusConflict: "`flow_name_taken`.",
				http.StatusUnprocessableEntity: wrongField},
		},
		"DELETE /api/v1/hype/flows/:flow": {
			ID: "deleteHypeFlow", Summary: "Delete a flow", Text: "A run that is under way ends. What was posted stays in the list of posts.", Answers: gone,
			Refusals: map[int]string{http.StatusNotFound: noFlow},
		},
		"POST /api/v1/hype/flows/order": {
			ID: "orderHypeFlows", Summary: "Put the flows in an order",
			Body:     body(openapi.Reads[hypeOrderIn]("HypeFlowOrder", func(o *openapi.Schema) { o.Require("ids") })),
			Answers:  page(openapi.Writes[httpx.Page[hypeFlowOut]]()),
			Refusals: map[int]string{http.StatusUnprocessableEntity: wrongField},
		},
		"POST /api/v1/hype/flows/:flow/run": {
			ID: "runHypeFlow", Summary: "Start a flow at once", Text: "Its messages are marked as asked for by a person. The run after the day's call to action comes besides.",
			Answers:  []openapi.Answer{{Status: http.StatusAccepted, Text: "The run.", Content: openapi.JSON(openapi.Writes[hypeRunOut]())}},
			Refusals: map[int]string{http.StatusNotFound: noFlow, http.StatusConflict: "`flow_off`: it is switched off."},
		},
		"POST /api/v1/hype/flows/:flow/preview": {
			ID: "previewHypeFlow", Summary: "The messages of a flow as they would go out now",
			Text:     "Nothing is sent. What a language model writes counts against the day's budget; what it has not written within 20 seconds is the program's.",
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "The messages.", Content: openapi.JSON(openapi.Writes[hypePreviewOut]())}},
			Refusals: map[int]string{http.StatusNotFound: noFlow},
		},
		"GET /api/v1/hype/flows/:flow/figures": {
			ID: "readHypeFigures", Summary: "What became of a flow's messages in the last 30 days",
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "The figures.", Content: openapi.JSON(openapi.Writes[hypeFiguresOut]())}},
			Refusals: map[int]string{http.StatusNotFound: noFlow},
		},
	}}
}
