package api_test

import (
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/service/hype"
	"github.com/promostack/promostack/models"
)

const (
	hypePrompts = "/api/v1/hype/prompts"
	hypeFlows   = "/api/v1/hype/flows"
)

// hypeWorld is what a tenant has of the hype bot: a prompt that a flow uses, one that none does, a flow that is on and one that
// is off.
type hypeWorld struct {
	used, spare *models.HypePrompt
	on, off     *models.HypeFlow
}

func (h *harness) hypeOf(w world, whose string) (out hypeWorld) {
	h.t.Helper()
	ctx, err := ctxOf(h, w), error(nil)
	out.used, err = h.hype.CreatePrompt(ctx, hype.Prompt{Name: whose + " discipline", Angle: "Patience"})
	require.NoError(h.t, err)
	out.spare, err = h.hype.CreatePrompt(ctx, hype.Prompt{Name: whose + " record", Angle: "The record"})
	require.NoError(h.t, err)
	flow := hype.NewFlow()
	flow.Name, flow.Enabled, flow.Prompts = whose+" morning", true, []string{out.used.ID}
	out.on, err = h.hype.CreateFlow(ctx, flow)
	require.NoError(h.t, err)
	flow.Name, flow.Enabled = whose+" evening", false
	out.off, err = h.hype.CreateFlow(ctx, flow)
	require.NoError(h.t, err)
	return out
}

func (h *harness) hypeRows(theirs hypeWorld) []scenario {
	ours := h.hypeOf(h.ours, "Our")
	prompt := func(p *models.HypePrompt) string { return hypePrompts + "/" + p.ID }
	flow := func(f *models.HypeFlow, rest string) string { return hypeFlows + "/" + f.ID + rest }
	does := func(method, path string, body any, version int) request {
		r := request{method: method, path: path, admin: true, body: body}
		if version > 0 {
			r.header = map[string]string{"If-Match": strconv.Quote(strconv.Itoa(version))}
		}
		return r
	}
	nobody := func(method, path string, body any) request {
		r := does(method, path, body, 1)
		r.admin = false
		return r
	}
	signIn, noPrompt, noFlow := []string{`"sign_in"`}, []string{`"prompt_not_found"`}, []string{`"flow_not_found"`}
	old, none := []string{`"version_changed"`}, []string{`"if_match_missing"`}
	name := map[string]any{"name": "Another name"}
	newPrompt := map[string]any{"name": "Levels", "angle": " What a \n level is "}
	newFlow := map[string]any{"name": "Noon", "prompts": []string{ours.used.ID, ours.spare.ID}, "days": []int{5, 1, 1}}
	order := hypeFlows + "/order"
	return []scenario{
		{name: "hype prompts", request: does(get, hypePrompts, nil, 0), status: 200, expected: []string{`"name":"Our discipline","angle":"Patience","style":""`, `"next":null`}},
		{name: "hype prompts of nobody", request: nobody(get, hypePrompts, nil), status: 401, expected: signIn},
		{name: "new hype prompt", request: does(post, hypePrompts, newPrompt, 0), status: 201, expected: []string{`"angle":"What a level is"`, `"version":1`}, headers: map[string]string{"ETag": `"1"`}},
		{name: "new hype prompt of nobody", request: nobody(post, hypePrompts, newPrompt), status: 401, expected: signIn},
		{name: "new hype prompt with a name that is taken", request: does(post, hypePrompts, newPrompt, 0), status: 409, expected: []string{`"prompt_name_taken"`}},
		{name: "new hype prompt with mistakes", request: does(post, hypePrompts, map[string]any{"name": " ", "angle": "see t.me/other"}, 0), status: 422, expected: []string{`"name":"name"`, `"name":"angle","code":"link"`}},
		{name: "hype prompt changed", request: does(patch, prompt(ours.used), map[string]any{"style": "Dry"}, 1), status: 200, expected: []string{`"style":"Dry"`, `"angle":"Patience"`, `"version":2`}},
		{name: "hype prompt changed by nobody", request: nobody(patch, prompt(ours.used), name), status: 401, expected: signIn},
		{name: "hype prompt of an old version", request: does(patch, prompt(ours.used), name, 1), status: 412, expected: old},
		{name: "hype prompt without its version", request: does(patch, prompt(ours.used), name, 0), status: 428, expected: none},
		{name: "hype prompt with a name that is taken", request: does(patch, prompt(ours.used), map[string]any{"name": "Levels"}, 2), status: 409, expected: []string{`"prompt_name_taken"`}},
		{name: "hype prompt with a mistake", request: does(patch, prompt(ours.used), map[string]any{"angle": ""}, 2), status: 422, expected: []string{`"name":"angle"`}},
		{name: "their hype prompt changed", foreign: true, request: does(patch, prompt(theirs.used), name, 1), status: 404, expected: noPrompt},
		{name: "hype prompt that is used deleted", request: does(del, prompt(ours.used), nil, 2), status: 409, expected: []string{`"prompt_in_use"`, "“Our morning”, “Our evening”"}},
		{name: "hype prompt deleted by nobody", request: nobody(del, prompt(ours.used), nil), status: 401, expected: signIn},
		{name: "hype prompt of an old version deleted", request: does(del, prompt(ours.used), nil, 1), status: 412, expected: old},
		{name: "hype prompt deleted without its version", request: does(del, prompt(ours.used), nil, 0), status: 428, expected: none},
		{name: "their hype prompt deleted", foreign: true, request: does(del, prompt(theirs.spare), nil, 1), status: 404, expected: noPrompt},

		{name: "hype flows", request: does(get, hypeFlows, nil, 0), status: 200, expected: []string{`"name":"Our morning","enabled":true,"prompts":["` + ours.used.ID + `"],"messages":3,"interval_minutes":30,"delay_minutes":10,"days":[1,2,3,4,5]`}},
		{name: "hype flows of nobody", request: nobody(get, hypeFlows, nil), status: 401, expected: signIn},
		{name: "new hype flow", request: does(post, hypeFlows, newFlow, 0), status: 201, expected: []string{`"position":3`, `"enabled":false`, `"days":[1,5]`, `"version":1`}, headers: map[string]string{"ETag": `"1"`}},
		{name: "new hype flow of nobody", request: nobody(post, hypeFlows, newFlow), status: 401, expected: signIn},
		{name: "new hype flow with a name that is taken", request: does(post, hypeFlows, newFlow, 0), status: 409, expected: []string{`"flow_name_taken"`}},
		{name: "new hype flow with mistakes", request: does(post, hypeFlows, map[string]any{"name": "", "prompts": []string{}, "messages": 11, "interval_minutes": 0, "delay_minutes": 241, "days": []int{7}, "enabled": true}, 0), status: 422,
			expected: []string{`"name":"name"`, `"name":"prompts"`, `"name":"messages"`, `"name":"interval_minutes"`, `"name":"delay_minutes"`, `"name":"days"`}},
		{name: "new hype flow with their prompt", request: does(post, hypeFlows, map[string]any{"name": "Theirs", "prompts": []string{theirs.used.ID}}, 0), status: 422, expected: []string{`"name":"prompts","code":"unknown"`}},
		{name: "hype flow changed", request: does(patch, flow(ours.on, ""), map[string]any{"days": []int{0}, "messages": 2}, 1), status: 200, expected: []string{`"days":[0]`, `"messages":2`, `"delay_minutes":10`, `"version":2`}},
		{name: "hype flow changed by nobody", request: nobody(patch, flow(ours.on, ""), name), status: 401, expected: signIn},
		{name: "hype flow of an old version", request: does(patch, flow(ours.on, ""), name, 1), status: 412, expected: old},
		{name: "hype flow without its version", request: does(patch, flow(ours.on, ""), name, 0), status: 428, expected: none},
		{name: "hype flow with a name that is taken", request: does(patch, flow(ours.on, ""), map[string]any{"name": "Noon"}, 2), status: 409, expected: []string{`"flow_name_taken"`}},
		{name: "hype flow with a mistake", request: does(patch, flow(ours.on, ""), map[string]any{"days": []int{}}, 2), status: 422, expected: []string{`"name":"days"`}},
		{name: "their hype flow changed", foreign: true, request: does(patch, flow(theirs.on, ""), name, 1), status: 404, expected: noFlow},
		{name: "hype flows in no order", request: does(post, order, map[string]any{"ids": []string{ours.on.ID, ours.on.ID, theirs.on.ID}}, 0), status: 422, expected: []string{`"name":"ids"`}},
		{name: "hype flows in an order of nobody", request: nobody(post, order, map[string]any{"ids": []string{}}), status: 401, expected: signIn},
		{name: "hype flow run", request: does(post, flow(ours.on, "/run"), nil, 0), status: 202, expected: []string{`"flow_id":"` + ours.on.ID, `"request":"`}},
		{name: "hype flow that is off run", request: does(post, flow(ours.off, "/run"), nil, 0), status: 409, expected: []string{`"flow_off"`}},
		{name: "hype flow run by nobody", request: nobody(post, flow(ours.on, "/run"), nil), status: 401, expected: signIn},
		{name: "their hype flow run", foreign: true, request: does(post, flow(theirs.on, "/run"), nil, 0), status: 404, expected: noFlow},
		{name: "hype flow previewed", request: does(post, flow(ours.off, "/preview"), nil, 0), status: 200, expected: []string{`"source":"template","reason":"no_provider","prompt":"Our discipline","skip":null`}},
		{name: "hype flow previewed by nobody", request: nobody(post, flow(ours.on, "/preview"), nil), status: 401, expected: signIn},
		{name: "their hype flow previewed", foreign: true, request: does(post, flow(theirs.on, "/preview"), nil, 0), status: 404, expected: noFlow},
		{name: "figures of a hype flow", request: does(get, flow(ours.on, "/figures"), nil, 0), status: 200, expected: []string{`"sent":0`, `"skipped_by_reason":{}`, `"by_template":{}`, `"members_first":null`}},
		{name: "figures of a hype flow of nobody", request: nobody(get, flow(ours.on, "/figures"), nil), status: 401, expected: signIn},
		{name: "figures of their hype flow", foreign: true, request: does(get, flow(theirs.on, "/figures"), nil, 0), status: 404, expected: noFlow},
		{name: "hype flow deleted by nobody", request: nobody(del, flow(ours.off, ""), nil), status: 401, expected: signIn},
		{name: "hype flow of an old version deleted", request: does(del, flow(ours.off, ""), nil, 7), status: 412, expected: old},
		{name: "hype flow deleted without its version", request: does(del, flow(ours.off, ""), nil, 0), status: 428, expected: none},
		{name: "their hype flow deleted", foreign: true, request: does(del, flow(theirs.on, ""), nil, 1), status: 404, expected: noFlow},
		{name: "hype flow deleted", request: does(del, flow(ours.off, ""), nil, 1), status: 204, headers: map[string]string{"X-Request-Id": ""}},
		{name: "hype prompt deleted", before: func() { h.dropNoon() }, request: does(del, prompt(ours.spare), nil, 1), status: 204, headers: map[string]string{"X-Request-Id": ""}},
		{name: "hype flows in an order", request: does(post, order, map[string]any{"ids": []string{ours.on.ID}}, 0), status: 200, expected: []string{`"position":1`, ours.on.ID}, forbidden: []string{ours.off.ID}},
	}
}

// dropNoon deletes the flow that a row has made.
func (h *harness) dropNoon() {
	h.t.Helper()
	ctx := ctxOf(h, h.ours)
	flows, err := h.store.Hype.Flows(ctx)
	require.NoError(h.t, err)
	require.NoError(h.t, h.store.Hype.DeleteFlow(ctx, flows[len(flows)-1].ID, models.AnyVersion))
}
