package api_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// journeyRows are the rows of journeys and conversations.
func (h *harness) journeyRows(theirs journeyWorld) []scenario {
	h.t.Helper()
	bot, err := h.store.Connections.ByKind(ctxOf(h, h.ours), models.SignalBot)
	require.NoError(h.t, err)
	ours := h.journeyOf(h.ours, bot, "Our welcome", "gold")
	rows := h.journeyListRows(ours, theirs)
	rows = append(rows, h.journeyWriteRows(bot, theirs)...)
	rows = append(rows, h.journeyVersionRows(ours, theirs)...)
	rows = append(rows, h.conversationRows(bot, ours, theirs)...)
	return append(rows, h.trackedLinkRows(ours)...)
}

var (
	noJourney      = []string{`"journey_not_found"`}
	noVersion      = []string{`"journey_version_not_found"`}
	noConversation = []string{`"conversation_not_found"`}
	versioned      = []string{`"if_match_missing"`}
	late           = []string{`"version_changed"`}
	etag           = map[string]string{"ETag": `"`}
)

func at(parts ...string) string { return journeysPath + "/" + strings.Join(parts, "/") }

// guarded are the rows of a write that wants a version: without it, with an old one, and of theirs.
func guarded(name string, r request, ours string, theirs journeyWorld) []scenario {
	with := func(path string, header map[string]string) request {
		r := r
		r.path, r.header, r.admin = path, header, true
		return r
	}
	their := strings.Replace(ours, strings.Split(ours, "/")[4], theirs.journey.ID, 1)
	return []scenario{
		{name: name + " without version", request: with(ours, nil), status: 428, expected: versioned},
		{name: name + " of an old version", request: with(ours, tag(99)), status: 412, expected: late},
		{name: name + " of theirs", request: with(their, tag(theirs.journey.Version)), status: 404, foreign: true, expected: noJourney},
	}
}

func (h *harness) journeyListRows(ours, theirs journeyWorld) []scenario {
	create := func(body any) request { return request{method: post, path: journeysPath, admin: true, body: body} }
	check, simulate := journeysPath+"/check", journeysPath+"/test"
	wrong := greetingWith(h.t, "word", `"What is your name?"`, `7`)
	arrived := map[string]any{"kind": "came", "at": "2026-11-27T12:00:00Z", "message": map[string]string{"text": "GOLD"}}
	return []scenario{
		{name: "schema of journeys", request: request{method: get, path: "/api/schema/journey.json"}, status: 200, expected: []string{`"$schema"`, `"steps"`}},
		{name: "schema of journeys elsewhere", request: request{method: get, path: "/api/schema/journey.json", host: "evil.example"}, status: 403, expected: []string{`"wrong_host"`}},

		{name: "journeys", request: request{method: get, path: journeysPath + "?q=WELCOME&state=active&limit=100", admin: true}, status: 200,
			expected: []string{`"Our welcome"`, `"inside":1`, `"people":2`, `"sends":4`, `"value":"gold"`, `"draft_changed":false`, `"number":1`}},
		{name: "journeys of a state that is none", request: request{method: get, path: journeysPath + "?state=asleep", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "journeys for nobody", request: request{method: get, path: journeysPath}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{"welcome"}},
		{name: "new journey", request: create(map[string]any{"name": "Fresh", "template": "blank"}), status: 201,
			expected: []string{`"state":"draft"`, `"live_version":null`, `"draft_changed":true`, `"no_trigger"`}, headers: map[string]string{"Location": journeysPath + "/", "ETag": `"1"`}},
		{name: "new journey of a definition", request: create(map[string]any{"name": "Drawn", "definition": greeting("drawn")}), status: 201, expected: []string{`"value":"drawn"`, `"issues":[]`}},
		{name: "new journey without a name", request: create(map[string]any{}), status: 422, expected: []string{`"name":"name"`, `"bad_name"`}},
		{name: "new journey of another template", request: create(map[string]any{"name": "x", "template": "sales"}), status: 422, expected: []string{`"name":"template"`}},
		{name: "new journey with a mistake", request: create(map[string]any{"name": "x", "definition": wrong}), status: 422, expected: []string{`"name":"definition.steps[1].text"`, `"wrong_type"`}},
		{name: "new journey of a list", request: create(map[string]any{"name": "x", "definition": []int{1}}), status: 422, expected: []string{`"name":"definition"`, `"wrong_type"`}},
		{name: "journey", request: request{method: get, path: at(ours.journey.ID), admin: true}, status: 200, expected: []string{`"Our welcome"`, `"draft":{`, `"issues":[]`}, headers: etag},
		{name: "no such journey", request: request{method: get, path: at("none"), admin: true}, status: 404, expected: noJourney},
		{name: "their journey", request: request{method: get, path: at(theirs.journey.ID), admin: true}, status: 404, foreign: true, expected: noJourney},

		{name: "check", request: request{method: post, path: check, admin: true, body: map[string]any{"definition": greetingWith(h.t, "word", `"next_step_id":"ask"`, `"next_step_id":"gone"`)}}, status: 200,
			expected: []string{`"severity":"error"`, `"step_id":"hello"`, `"next_step_id"`}},
		{name: "check of nothing", request: request{method: post, path: check, admin: true, body: map[string]any{}}, status: 422, expected: []string{`"name":"definition"`, `"required"`}},
		{name: "test", request: request{method: post, path: simulate, admin: true, body: map[string]any{"definition": greeting("gold"), "state": nil, "event": arrived}}, status: 200,
			expected: []string{`"phase":"sending"`, `"kind":"send"`, offer, `"action":"enter"`, `"issues":[]`}},
		{name: "test of another word", request: request{method: post, path: simulate, admin: true, body: map[string]any{"definition": greeting("silver"), "state": nil, "event": arrived}}, status: 200,
			expected: []string{`"action":"none"`, `"effects":[]`}},
		{name: "test of what can't run", request: request{method: post, path: simulate, admin: true, body: map[string]any{
			"definition": greetingWith(h.t, "gold", `"start_step_id":"hello"`, `"start_step_id":"gone"`), "event": arrived}}, status: 200,
			expected: []string{`"unknown_step"`, `"decision":null`, `"effects":[]`}},
		{name: "test with a mistake", request: request{method: post, path: simulate, admin: true, body: map[string]any{"definition": wrong, "event": arrived}}, status: 422, expected: []string{`"name":"definition.steps[1].text"`}},

		{name: "changes", request: request{method: get, path: at(ours.journey.ID, "changes"), admin: true}, status: 200, expected: []string{`"added":[]`, `"removed":[]`, `"settings":[]`}},
		{name: "changes of nothing", request: request{method: get, path: at("none", "changes"), admin: true}, status: 404, expected: noJourney},
		{name: "changes of theirs", request: request{method: get, path: at(theirs.journey.ID, "changes"), admin: true}, status: 404, foreign: true, expected: noJourney},
		{name: "export", request: request{method: get, path: at(ours.journey.ID, "export"), admin: true}, status: 200, expected: []string{`"promostack":"journey"`, `"format":1`, `"What is your name?"`},
			headers: map[string]string{"Content-Disposition": `attachment; filename="Our welcome.json"`}},
		{name: "export of nothing", request: request{method: get, path: at("none", "export"), admin: true}, status: 404, expected: noJourney},
		{name: "export of theirs", request: request{method: get, path: at(theirs.journey.ID, "export"), admin: true}, status: 404, foreign: true, expected: noJourney},
		{name: "import", request: imported("Brought", greeting("brought")), status: 201, expected: []string{`"Brought"`, `"state":"draft"`, `"is_locked":false`}, headers: map[string]string{"Location": journeysPath + "/"}},
		{name: "import of something else", request: request{method: post, path: journeysPath + "/import", admin: true, body: map[string]any{"promostack": "template"}}, status: 422, expected: []string{`"name":"promostack"`}},
		{name: "import of another format", request: request{method: post, path: journeysPath + "/import", admin: true, body: map[string]any{"promostack": "journey", "format": 2}}, status: 422, expected: []string{`"name":"format"`}},
		{name: "import with a mistake", request: imported("Brought", wrong), status: 422, expected: []string{`"name":"definition.steps[1].text"`}},

		{name: "figures", request: request{method: get, path: at(ours.journey.ID, "figures"), admin: true}, status: 200,
			expected: []string{`"version_id":null`, `"people":2`, `"inside":1`, `"completed":1`, `"title":"Hello"`, `"waiting":1`, `"url":"` + offer + `"`}},
		{name: "figures of a version", request: request{method: get, path: at(ours.journey.ID, "figures") + "?version=" + ours.journey.VersionID, admin: true}, status: 200, expected: []string{`"version_id":"` + ours.journey.VersionID}},
		{name: "figures of nothing", request: request{method: get, path: at(ours.journey.ID, "figures") + "?version=none", admin: true}, status: 404, expected: noVersion},
		{name: "figures of theirs", request: request{method: get, path: at(theirs.journey.ID, "figures"), admin: true}, status: 404, foreign: true, expected: noJourney},
		{name: "figures of their version", request: request{method: get, path: at(ours.journey.ID, "figures") + "?version=" + theirs.journey.VersionID, admin: true}, status: 404, foreign: true, expected: noVersion},
		{name: "table of figures", request: request{method: get, path: at(ours.journey.ID, "figures.csv"), admin: true}, status: 200, expected: []string{"step_id,type,title", "hello,message,Hello,2,0,2"},
			headers: map[string]string{"Content-Type": "text/csv", "Content-Disposition": "Our welcome.csv"}},
		{name: "table of nothing", request: request{method: get, path: at("none", "figures.csv"), admin: true}, status: 404, expected: noJourney},
		{name: "table of theirs", request: request{method: get, path: at(theirs.journey.ID, "figures.csv"), admin: true}, status: 404, foreign: true, expected: noJourney},
	}
}

// imported is the request that brings a journey in.
func imported(name string, definition any) request {
	return request{method: post, path: journeysPath + "/import", admin: true,
		body: map[string]any{"promostack": "journey", "format": 1, "name": name, "definition": definition}}
}

// journeyWriteRows change journeys, each one of its own.
func (h *harness) journeyWriteRows(bot *models.Connection, theirs journeyWorld) []scenario {
	ctx := ctxOf(h, h.ours)
	draft := h.draft(h.ours, "Draft", "draft")
	yes := true
	locked, err := h.journeys.Patch(ctx, h.draft(h.ours, "Locked", "locked").ID, models.AnyVersion, nil, &yes)
	require.NoError(h.t, err)
	active := h.published(h.ours, "Active", "active")
	taken := h.draft(h.ours, "Taken", "ACTIVE ")
	broken := h.draft(h.ours, "Broken", "broken")
	unfinished := greeting("broken")
	unfinished.Steps[1].Text = ""
	broken, err = h.journeys.SaveDraft(ctx, broken.ID, models.AnyVersion, unfinished)
	require.NoError(h.t, err)
	occupied := h.journeyOf(h.ours, bot, "Occupied", "occupied").journey
	occupied, err = h.journeys.Stop(ctx, occupied.ID, models.AnyVersion)
	require.NoError(h.t, err)
	call := func(method, id, rest string, version int64, body any) request {
		path := at(id)
		if rest != "" {
			path += "/" + rest
		}
		return request{method: method, path: path, admin: true, header: tag(version), body: body}
	}
	body := map[string]any{"definition": greeting("changed")}
	mistake := map[string]any{"definition": map[string]any{"format": 1, "colour": "red"}}
	name := map[string]any{"name": "Renamed"}
	rows := guarded("rename", request{method: patch, body: name}, at(draft.ID), theirs)
	rows = append(rows, guarded("draft", request{method: put, body: body}, at(draft.ID, "draft"), theirs)...)
	rows = append(rows, guarded("discarding", request{method: del}, at(draft.ID, "draft"), theirs)...)
	rows = append(rows, guarded("publishing", request{method: post, body: map[string]any{}}, at(draft.ID, "publish"), theirs)...)
	rows = append(rows, guarded("stop", request{method: post}, at(active.ID, "stop"), theirs)...)
	rows = append(rows, guarded("removal of a journey", request{method: del}, at(draft.ID), theirs)...)
	return append(rows, []scenario{
		{name: "rename", request: call(patch, draft.ID, "", 1, name), status: 200, expected: []string{`"Renamed"`}, headers: map[string]string{"ETag": `"2"`}},
		{name: "rename of what is locked", request: call(patch, locked.ID, "", locked.Version, name), status: 409, expected: []string{`"journey_locked"`}},
		{name: "draft", request: call(put, draft.ID, "draft", 2, body), status: 200, expected: []string{`"value":"changed"`, `"issues":[]`}, headers: map[string]string{"ETag": `"3"`}},
		{name: "unfinished draft", request: call(put, draft.ID, "draft", 3, map[string]any{"definition": map[string]any{"format": 1}}), status: 200, expected: []string{`"no_steps"`, `"steps":[]`}},
		{name: "draft with a mistake", request: call(put, draft.ID, "draft", 4, mistake), status: 422, expected: []string{`"name":"definition.colour"`, `"unknown_field"`}},
		{name: "draft of what is locked", request: call(put, locked.ID, "draft", locked.Version, body), status: 409, expected: []string{`"journey_locked"`}},
		{name: "discarding the only draft", request: call(del, draft.ID, "draft", 4, nil), status: 409, expected: []string{`"only_a_draft"`}},
		{name: "draft of what is active", request: call(put, active.ID, "draft", active.Version, body), status: 200, expected: []string{`"draft_changed":true`, `"value":"active"`}},
		{name: "discarding", request: call(del, active.ID, "draft", active.Version+1, nil), status: 200, expected: []string{`"draft_changed":false`}, headers: etag},
		{name: "publishing with errors", request: call(post, broken.ID, "publish", broken.Version, nil), status: 422, expected: []string{`"journey_invalid"`, `"name":"steps.ask.text"`}},
		{name: "publishing a keyword that is taken", request: call(post, taken.ID, "publish", 1, nil), status: 409, expected: []string{`"trigger_taken"`, `"name":"triggers[0].value"`, "“Active”"}},
		{name: "publishing what is locked", request: call(post, locked.ID, "publish", locked.Version, nil), status: 409, expected: []string{`"journey_locked"`}},
		{name: "publishing with a novel", request: call(post, active.ID, "publish", active.Version+2, map[string]any{"note": strings.Repeat("x", 501)}), status: 422, expected: []string{`"name":"note"`}},
		{name: "publishing", request: call(post, active.ID, "publish", active.Version+2, map[string]any{"note": "again"}), status: 200, expected: []string{`"state":"active"`, `"number":2`}, headers: etag},
		{name: "stop of a draft", request: call(post, draft.ID, "stop", 4, nil), status: 409, expected: []string{`"journey_not_active"`}},
		{name: "removal of what is active", request: call(del, active.ID, "", active.Version+3, nil), status: 409, expected: []string{`"journey_active"`}},
		{name: "stop", request: call(post, active.ID, "stop", active.Version+3, nil), status: 200, expected: []string{`"state":"stopped"`}, headers: etag},
		{name: "publishing what was taken", request: call(post, taken.ID, "publish", 1, nil), status: 200, expected: []string{`"state":"active"`}},
		{name: "removal of what is locked", request: call(del, locked.ID, "", locked.Version, nil), status: 409, expected: []string{`"journey_locked"`}},
		{name: "removal of people", request: call(del, occupied.ID, "", occupied.Version, nil), status: 409, expected: []string{`"journey_occupied"`, "1 people"}},
		{name: "removal of a journey", request: call(del, draft.ID, "", 4, nil), status: 204, headers: map[string]string{"X-Request-Id": ""}},
		{name: "removed journey", request: request{method: get, path: at(draft.ID), admin: true}, status: 404, expected: noJourney},

		{name: "copy", request: request{method: post, path: at(taken.ID, "duplicate"), admin: true, body: map[string]any{"stop_original": true}}, status: 201,
			expected: []string{`"Taken (copy)"`, `"state":"draft"`}, headers: map[string]string{"Location": journeysPath + "/"}},
		{name: "what was copied", request: request{method: get, path: at(taken.ID), admin: true}, status: 200, expected: []string{`"state":"stopped"`}},
		{name: "copy with a name", request: request{method: post, path: at(locked.ID, "duplicate"), admin: true, body: map[string]any{"name": "Open"}}, status: 201, expected: []string{`"Open"`, `"is_locked":false`}},
		{name: "copy with a novel", request: request{method: post, path: at(taken.ID, "duplicate"), admin: true, body: map[string]any{"name": strings.Repeat("x", 121)}}, status: 422, expected: []string{`"name":"name"`}},
		{name: "copy of theirs", request: request{method: post, path: at(theirs.journey.ID, "duplicate"), admin: true}, status: 404, foreign: true, expected: noJourney},
	}...)
}

func (h *harness) journeyVersionRows(ours, theirs journeyWorld) []scenario {
	ctx := ctxOf(h, h.ours)
	changed := greeting("versions")
	changed.Steps[0].Text = "Another text"
	again := h.published(h.ours, "Versions", "versions")
	first := again.VersionID
	_, err := h.journeys.SaveDraft(ctx, again.ID, models.AnyVersion, changed)
	require.NoError(h.t, err)
	again, err = h.journeys.Publish(ctx, again.ID, models.AnyVersion, "second")
	require.NoError(h.t, err)
	yes := true
	locked, err := h.journeys.Patch(ctx, h.published(h.ours, "Kept", "kept").ID, models.AnyVersion, nil, &yes)
	require.NoError(h.t, err)
	restore := at(again.ID, "versions", first, "restore")
	rows := guarded("restoring", request{method: post}, restore, theirs)
	return append(rows, []scenario{
		{name: "versions", request: request{method: get, path: at(ours.journey.ID, "versions"), admin: true}, status: 200, expected: []string{`"number":1`, `"people":1`, `"live":true`, `"next":null`}, forbidden: []string{"definition"}},
		{name: "versions of nothing", request: request{method: get, path: at("none", "versions"), admin: true}, status: 404, expected: noJourney},
		{name: "versions of theirs", request: request{method: get, path: at(theirs.journey.ID, "versions"), admin: true}, status: 404, foreign: true, expected: noJourney},
		{name: "version", request: request{method: get, path: at(again.ID, "versions", first), admin: true}, status: 200, expected: []string{`"definition":{`, `"live":false`, `"note":"first"`}},
		{name: "version of another journey", request: request{method: get, path: at(again.ID, "versions", ours.journey.VersionID), admin: true}, status: 404, expected: noVersion},
		{name: "their version", request: request{method: get, path: at(again.ID, "versions", theirs.journey.VersionID), admin: true}, status: 404, foreign: true, expected: noVersion},
		{name: "restoring", request: request{method: post, path: restore, admin: true, header: tag(again.Version)}, status: 200, expected: []string{`"draft_changed":true`}, forbidden: []string{"Another text"}, headers: etag},
		{name: "restoring their version", request: request{method: post, path: at(again.ID, "versions", theirs.journey.VersionID, "restore"), admin: true, header: tag(again.Version + 1)}, status: 404, foreign: true, expected: noVersion},
		{name: "restoring what is locked", request: request{method: post, path: at(locked.ID, "versions", locked.VersionID, "restore"), admin: true, header: tag(locked.Version)}, status: 409, expected: []string{`"journey_locked"`}},
	}...)
}

func (h *harness) conversationRows(bot *models.Connection, ours, theirs journeyWorld) []scenario {
	one, their := conversations+"/"+ours.session.ID, conversations+"/"+theirs.session.ID
	_, session, _ := h.enter(h.ours, bot, "gold")
	over := conversations + "/" + session.ID
	goodbye, err := h.store.Subscribers.Get(ctxOf(h, h.ours), session.SubscriberID)
	require.NoError(h.t, err)
	h.says(h.ours, goodbye, "Ann")
	call := func(path, command string, body any) request {
		return request{method: post, path: path + "/" + command, admin: true, body: body}
	}
	ended := []string{`"conversation_over"`}
	step, text := map[string]string{"step_id": "end"}, map[string]string{"text": "Hello, I am Ann"}
	log := "/api/v1/messages/log"
	rows := []scenario{
		{name: "conversations", request: request{method: get, path: conversations + "?journey=" + ours.journey.ID + "&step=ask&state=running&q=mar&subscriber=" + ours.who.ID, admin: true}, status: 200,
			expected: []string{`"Mary"`, `"kind":"signal_bot"`, `"Our welcome"`, `"number":1`, `"type":"question"`, `"title":"Name"`, `"phase":"waiting"`, `"trigger":"keyword gold"`}},
		{name: "conversations at the welcome message", request: request{method: get, path: conversations + "?step=", admin: true}, status: 200, expected: []string{`"items":[]`}},
		{name: "ended conversations", request: request{method: get, path: conversations + "?state=ended", admin: true}, status: 200,
			expected: []string{`"outcome":"completed"`, `"variables":{"name":"Ann"}`}, forbidden: []string{ours.session.ID}},
		{name: "conversations of theirs", request: request{method: get, path: conversations + "?journey=" + theirs.journey.ID, admin: true}, status: 200, expected: []string{`"items":[]`}},
		{name: "conversations of a state that is none", request: request{method: get, path: conversations + "?state=happy", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "conversation", request: request{method: get, path: one, admin: true}, status: 200, expected: []string{`"state":"running"`, `"wants_person":false`, `"row_version"`}},
		{name: "no such conversation", request: request{method: get, path: conversations + "/none", admin: true}, status: 404, expected: noConversation},
		{name: "their conversation", request: request{method: get, path: their, admin: true}, status: 404, foreign: true, expected: noConversation},
		{name: "log", request: request{method: get, path: one + "/log?limit=100", admin: true}, status: 200,
			expected: []string{`"what":"trigger"`, `"what":"sent"`, `"step":{"id":"ask","type":"question","title":"Name"}`, `"text":"keyword gold"`, `"reasons":[]`}},
		{name: "log after nothing", request: request{method: get, path: one + "/log?after=x", admin: true}, status: 422, expected: []string{`"bad_cursor"`}},
		{name: "their log", request: request{method: get, path: their + "/log", admin: true}, status: 404, foreign: true, expected: noConversation},
		{name: "messages", request: request{method: get, path: log + "?subscriber=" + ours.who.ID, admin: true}, status: 200, expected: []string{`"what":"message"`, `"text":"gold"`}},
		{name: "messages of nobody", request: request{method: get, path: log, admin: true}, status: 422, expected: []string{`"name":"subscriber"`}},
		{name: "messages of their person", request: request{method: get, path: log + "?subscriber=" + theirs.who.ID, admin: true}, status: 404, foreign: true, expected: []string{`"subscriber_not_found"`}},

		{name: "answer of the journey's", request: call(one, "answer", text), status: 409, expected: []string{`"conversation_not_paused"`, "Take it over"}},
		{name: "giving back what was not taken", request: call(one, "resume", nil), status: 409, expected: []string{`"conversation_not_paused"`}},
		{name: "taking over", request: call(one, "pause", nil), status: 202, expected: []string{`"state":"paused"`}},
		{name: "taking over what is over", request: call(over, "pause", nil), status: 409, expected: ended},
		{name: "answer of nothing", request: call(one, "answer", map[string]string{"text": ""}), status: 422, expected: []string{`"name":"text"`}},
		{name: "answer", request: call(one, "answer", text), status: 202, expected: []string{`"state":"paused"`}},
		{name: "answer in what is over", request: call(over, "answer", text), status: 409, expected: ended},
		{name: "what the answer made", before: func() { h.turns(h.ours, ours.who) }, request: request{method: get, path: one + "/log", admin: true}, status: 200, expected: []string{`"what":"said"`, "I am Ann", `"what":"paused"`}},
		{name: "giving back", request: call(one, "resume", nil), status: 202, expected: []string{`"id":"` + ours.session.ID}},
		{name: "giving back what is over", request: call(over, "resume", nil), status: 409, expected: ended},
		{name: "move to nowhere", request: call(one, "move", map[string]string{"step_id": "none"}), status: 422, expected: []string{`"name":"step_id"`, `"step_not_found"`}},
		{name: "move of what is over", request: call(over, "move", step), status: 409, expected: ended},
		{name: "move", request: call(one, "move", map[string]string{"step_id": "hello"}), status: 202, expected: []string{`"id":"` + ours.session.ID}},
		{name: "end of what is over", request: call(over, "end", nil), status: 409, expected: ended},
		{name: "end", before: func() { h.turns(h.ours, ours.who) }, request: call(one, "end", nil), status: 202, expected: []string{`"state":"running"`}},
		{name: "what the end made", before: func() { h.turns(h.ours, ours.who) }, request: request{method: get, path: one, admin: true}, status: 200, expected: []string{`"state":"ended"`, `"outcome":"` + string(journey.Stopped)}},
	}
	for command, body := range map[string]any{"pause": nil, "resume": nil, "end": nil, "move": step, "answer": text} {
		rows = append(rows, scenario{name: command + " of theirs", request: call(their, command, body), status: 404, foreign: true, expected: noConversation})
	}
	return rows
}

func (h *harness) trackedLinkRows(ours journeyWorld) []scenario {
	browser := "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
	follow := func(method, path string, header ...string) request {
		r := request{method: method, path: path, host: "links.example", header: map[string]string{"User-Agent": browser}}
		for i := 0; i < len(header); i += 2 {
			r.header[header[i]] = header[i+1]
		}
		return r
	}
	there := map[string]string{"Location": offer, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
	page := map[string]string{"Content-Type": "text/html"}
	count := func(n int64) func() {
		return func() { require.Equal(h.t, n, h.clicks(h.ours, ours.journey.ID)) }
	}
	under, err := h.store.PostLinks.Of(ctxOf(h, h.ours), models.NewID(), offer)
	require.NoError(h.t, err)
	post := "/l/" + under.ID
	counted := func(n int64) func() {
		return func() {
			now, err := h.store.PostLinks.Get(h.t.Context(), under.ID)
			require.NoError(h.t, err)
			require.Equal(h.t, []int64{n, n}, []int64{now.Clicks, now.UniqueClicks})
		}
	}
	return []scenario{
		{name: "look at a link under a post", request: follow("HEAD", post), status: 302, headers: there},
		{name: "link under a post that is prefetched", request: follow(get, post, "Sec-Purpose", "prefetch"), status: 302, headers: there},
		{name: "link under a post", before: counted(0), request: follow(get, post), status: 302, expected: []string{offer}, headers: there},
		{name: "look at a link", before: counted(1), request: follow("HEAD", ours.link), status: 302, headers: there},
		{name: "link that is prefetched", request: follow(get, ours.link, "Sec-Purpose", "prefetch;prerender"), status: 302, headers: there},
		{name: "link that an old browser prefetches", request: follow(get, ours.link, "X-Moz", "prefetch"), status: 302, headers: there},
		{name: "link whose preview is made", request: follow(get, ours.link, "User-Agent", "TelegramBot (like TwitterBot)"), status: 302, headers: there},
		{name: "link", before: count(0), request: follow(get, ours.link), status: 302, expected: []string{offer}, headers: there},
		{name: "link to nothing", before: count(1), request: follow(get, "/l/nothing"), status: 404, expected: []string{"There is nothing here"}, headers: page},
		{name: "look at nothing", request: follow("HEAD", "/l/nothing"), status: 404, headers: page},
	}
}
