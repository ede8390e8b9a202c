package api_test

import (
	"time"
)

// crossPromoRows are the rows of cross-promotion.
func (h *harness) crossPromoRows() []scenario {
	const path = "/api/v1/cross-promotion"
	run := path + "/slots/teaser/run"
	term := func(at string) map[string]any { return map[string]any{"on": true, "at": at} }
	version := func(v string) map[string]string { return map[string]string{"If-Match": `"` + v + `"`} }
	everyDay := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	return []scenario{
		{name: "cross-promotion", request: request{method: get, path: path, admin: true}, status: 200,
			expected: []string{`"on":false`, `"news":{"on":true,"at":"06:42"}`, `"brag":{"on":true,"at":"20:00"}`, `"losing":"soften"`, `"version":1`}, headers: map[string]string{"ETag": `"1"`}},
		{name: "cross-promotion of nobody", request: request{method: get, path: path}, status: 401, expected: []string{`"sign_in"`}},
		{name: "cross-promotion changed", request: request{method: patch, path: path, admin: true, header: version("1"), body: map[string]any{"on": true, "days": everyDay, "teaser": term("23:59"),
			"action": map[string]any{"text": "<b>Join</b>", "button": "VIP", "link": "https://t.me/gold_vip_bot"}, "results": map[string]any{"targets": true}}}, status: 200,
			expected: []string{`"on":true`, `"days":[0,1,2,3,4,5,6]`, `"teaser":{"on":true,"at":"23:59"}`, `"link":"https://t.me/gold_vip_bot"`, `"targets":true`, `"delay_minutes":30`, `"version":2`}},
		{name: "cross-promotion changed by nobody", request: request{method: patch, path: path, header: version("2"), body: map[string]any{"on": true}}, status: 401, expected: []string{`"sign_in"`}},
		{name: "cross-promotion of an old version", request: request{method: patch, path: path, admin: true, header: version("1"), body: map[string]any{"on": true}}, status: 412, expected: []string{`"version_changed"`}},
		{name: "cross-promotion without its version", request: request{method: patch, path: path, admin: true, body: map[string]any{"on": true}}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "cross-promotion with mistakes", request: request{method: patch, path: path, admin: true, header: version("2"), body: map[string]any{"days": []int{}, "news": term("24:10"), "losing": "lie",
			"action": map[string]any{"text": "<b>open", "link": "javascript:alert(1)"}, "results": map[string]any{"delay_minutes": -1, "daily_most": 0}}}, status: 422,
			expected: []string{`"name":"days"`, `"name":"news.at"`, `"name":"losing"`, `"name":"action.text"`, `"name":"action.link"`, `"name":"results.delay_minutes"`, `"name":"results.daily_most"`}},
		{name: "cross-promotion with a time that is none", request: request{method: patch, path: path, admin: true, header: version("2"), body: map[string]any{"news": map[string]any{"at": 642}}}, status: 422,
			expected: []string{`"name":"news.at"`}},
		{name: "days", request: request{method: get, path: path + "/days?from=2026-12-25&days=3", admin: true}, status: 200,
			expected: []string{`"date":"2026-12-25","closed":"Christmas`, `"date":"2026-12-26","closed":"weekend"`, `"slot":"teaser","at":"2026-12-25T23:59:00Z"`, `"post":null`}},
		{name: "today", request: request{method: get, path: path + "/days", admin: true}, status: 200, expected: []string{`"slot":"brag"`}},
		{name: "days of nobody", request: request{method: get, path: path + "/days"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "days of no date", request: request{method: get, path: path + "/days?from=soon&days=99", admin: true}, status: 422, expected: []string{`"name":"from"`, `"name":"days"`}},
		{name: "preview", request: request{method: post, path: path + "/slots/teaser/preview", admin: true}, status: 200, expected: []string{`"text":"\u003cb\u003eJoin\u003c/b\u003e"`, `"buttons":[{"text":"VIP","url":"https://t.me/gold_vip_bot"}]`, `"skip":null`}},
		{name: "preview of what there is not", request: request{method: post, path: path + "/slots/recap/preview", admin: true}, status: 200, expected: []string{`"skip":{"code":"no_recap"`}},
		{name: "preview of no slot", foreign: true, request: request{method: post, path: path + "/slots/lunch/preview", admin: true}, status: 404, expected: []string{`"slot_not_found"`}},
		{name: "preview of nobody", request: request{method: post, path: path + "/slots/teaser/preview"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "run now", request: request{method: post, path: run, admin: true}, status: 202, expected: []string{`"kind":"teaser"`, `"state":"planned"`}},
		{name: "run no slot now", foreign: true, request: request{method: post, path: path + "/slots/lunch/run", admin: true}, status: 404, expected: []string{`"slot_not_found"`}},
		{name: "run now as nobody", request: request{method: post, path: run}, status: 401, expected: []string{`"sign_in"`}},
		{name: "skip today", request: request{method: post, path: path + "/slots/teaser/skip", admin: true}, status: 204, headers: map[string]string{"X-Request-Id": ""}},
		{name: "skip what was skipped", request: request{method: post, path: path + "/slots/teaser/skip", admin: true}, status: 409, expected: []string{`"slot_done"`}},
		{name: "skip no slot", foreign: true, request: request{method: post, path: path + "/slots/lunch/skip", admin: true}, status: 404, expected: []string{`"slot_not_found"`}},
		{name: "skip as nobody", request: request{method: post, path: path + "/slots/teaser/skip"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "today with what was skipped and asked for", request: request{method: get, path: path + "/days", admin: true}, status: 200, expected: []string{`"code":"by_hand"`, `"manual":true`, `"asked_by":"The editor"`, `"others":[]`}},
	}
}
