package api

import (
	"net/http"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/engine/journey"
)

// Route is one row of the table: where it is, who may call it, and what answers.
type Route struct {
	Host       access.Host
	Method     string
	Path       string
	Role       access.Role
	Permission string // what a client's role must allow; an admin may all
	Handler    httpx.Handler
	Flags      flags
	Limit      httpx.Quota // how many such requests a session may make; on public routes, an address
}

type flags uint

const (
	// once makes the route honour Idempotency-Key: the same key answers the same again.
	once flags = 1 << iota
	// foreign routes are called by other sites and check their callers themselves.
	foreign
	// stream routes may take longer than other requests; their handlers bound each write instead.
	stream
	// versioned writes say in If-Match which version they change.
	versioned
)

// How many requests a session may make of each process of the API, by what they cost. People never
// come near; a program that runs wild does. Signing in has a limit of its own, in the database.
var (
	unlimited httpx.Quota // health, metrics, and files that browsers keep
	reads     = httpx.Quota{Name: "reads", PerSecond: 60, Burst: 1200}
	writes    = httpx.Quota{Name: "writes", PerSecond: 20, Burst: 400}
	rendering = httpx.Quota{Name: "rendering", PerSecond: 60, Burst: 1800}
	bulkFiles = httpx.Quota{Name: "bulk", PerSecond: 0.5, Burst: 60}
)

// Table is every route of the program, on one page.
func (s *Server) Table() []Route {
	const (
		any, both, adm = access.AnyHost, access.BothHosts, access.AdminHost
		public, admin  = access.Public, access.Admin
		get, post, put = http.MethodGet, http.MethodPost, http.MethodPut
		patch, del     = http.MethodPatch, http.MethodDelete
	)
	return []Route{
		// Health, metrics, and what browsers fetch without signing in.
		{any, get, "/healthz", public, "", s.health.Live, 0, unlimited},
		{any, get, "/readyz", public, "", s.health.Ready, 0, unlimited},
		{any, get, "/metrics", public, "", s.health.Metrics, 0, unlimited},
		{any, get, "/fonts/:file", public, "", s.fonts.Font, 0, unlimited},
		{any, get, "/fonts/emoji/:file", public, "", s.fonts.EmojiPicture, 0, unlimited},
		{any, get, "/files/*key", public, "", s.files.Download, stream, unlimited},
		{any, get, "/i/:file", public, "", s.links.Image, 0, rendering},
		{both, get, "/api/schema/template.json", public, "", s.fonts.Schema, 0, reads},
		{both, get, "/api/schema/journey.json", public, "", s.journeys.Schema, 0, reads},
		{any, get, "/l/:link", public, "", s.journeys.Follow, 0, reads},
		{any, http.MethodHead, "/l/:link", public, "", s.journeys.Follow, 0, reads},
		{both, get, "/api/openapi.json", public, "", s.describe, 0, reads},

		// Sessions.
		{both, get, "/api/v1/session", public, "", s.session.Read, 0, reads},
		{adm, post, "/api/v1/admin/session", public, "", s.session.Open, 0, writes},
		{adm, del, "/api/v1/admin/session", public, "", s.session.Close, 0, writes},

		// Templates.
		{both, get, "/api/v1/templates", admin, "templates.read", s.templates.List, 0, reads},
		{both, post, "/api/v1/templates", admin, "templates.write", s.templates.Create, once, writes},
		{both, get, "/api/v1/templates/:template", admin, "templates.read", s.templates.Get, 0, reads},
		{both, patch, "/api/v1/templates/:template", admin, "templates.write", s.templates.Patch, versioned, writes},
		{both, put, "/api/v1/templates/:template/draft", admin, "templates.write", s.templates.SaveDraft, versioned, writes},
		{both, post, "/api/v1/templates/:template/publish", admin, "templates.write", s.templates.Publish, once | versioned, writes},

		// Rendering, and what it needs.
		{both, post, "/api/v1/promos/render", admin, "promos.render", s.renders.Render, 0, rendering},
		{both, post, "/api/v1/promos/links", admin, "promos.render", s.links.Make, 0, rendering},
		{both, get, "/api/v1/coupons/check", admin, "promos.render", s.renders.CheckCoupon, 0, rendering},
		{both, post, "/api/v1/uploads", admin, "promos.render", s.uploads.Create, once, writes},
		{both, get, "/api/v1/brand", admin, "promos.render", s.uploads.Brand, 0, reads},
		{both, get, "/api/v1/fonts", admin, "promos.render", s.fonts.List, 0, reads},

		// Bulk jobs.
		{both, get, "/api/v1/templates/:template/example.csv", admin, "templates.read", s.bulk.Example, 0, reads},
		{both, post, "/api/v1/promos/bulk", admin, "promos.render", s.bulk.Create, once, bulkFiles},
		{both, get, "/api/v1/promos/bulk", admin, "promos.render", s.bulk.List, 0, reads},
		{both, get, "/api/v1/promos/bulk/:job", admin, "promos.render", s.bulk.Get, 0, reads},
		{both, get, "/api/v1/promos/bulk/:job/rows", admin, "promos.render", s.bulk.Rows, 0, reads},
		{both, get, "/api/v1/promos/bulk/:job/report.csv", admin, "promos.render", s.bulk.Report, stream, reads},
		{both, post, "/api/v1/promos/bulk/:job/start", admin, "promos.render", s.bulk.Command("start"), 0, writes},
		{both, post, "/api/v1/promos/bulk/:job/pause", admin, "promos.render", s.bulk.Command("pause"), 0, writes},
		{both, post, "/api/v1/promos/bulk/:job/resume", admin, "promos.render", s.bulk.Command("resume"), 0, writes},
		{both, post, "/api/v1/promos/bulk/:job/cancel", admin, "promos.render", s.bulk.Command("cancel"), 0, writes},

		// Posts to channels.
		{both, post, "/api/v1/promos/posts", admin, "promos.post", s.posts.Create, once, writes},
		{both, get, "/api/v1/promos/posts/:post", admin, "promos.post", s.posts.Get, 0, reads},
		{both, post, "/api/v1/promos/posts/:post/again", admin, "promos.post", s.posts.Again, 0, writes},

		// Connections, and where Telegram brings their updates.
		{both, get, "/api/v1/connections", admin, "connections.read", s.connections.List, 0, reads},
		{both, post, "/api/v1/connections", admin, "connections.write", s.connections.Create, once, writes},
		{both, get, "/api/v1/connections/:connection", admin, "connections.read", s.connections.Get, 0, reads},
		{both, patch, "/api/v1/connections/:connection", admin, "connections.write", s.connections.Patch, versioned, writes},
		{both, del, "/api/v1/connections/:connection", admin, "connections.write", s.connections.Delete, versioned, writes},
		{both, post, "/api/v1/connections/:connection/test", admin, "connections.write", s.connections.Test, 0, writes},
		{both, get, "/api/v1/user-account", admin, "connections.read", s.account.Get, 0, reads},
		{both, post, "/api/v1/user-account/sign-in", admin, "connections.write", s.account.Begin, once, writes},
		{both, post, "/api/v1/user-account/code", admin, "connections.write", s.account.Code, versioned, writes},
		{both, post, "/api/v1/user-account/password", admin, "connections.write", s.account.Password, versioned, writes},
		{both, post, "/api/v1/user-account/cancel", admin, "connections.write", s.account.Cancel, 0, writes},
		{both, post, "/api/v1/user-account/sign-out", admin, "connections.write", s.account.SignOut, 0, writes},
		{any, post, "/telegram/hook/:hook", public, "", s.hook.Receive, foreign, unlimited},

		// Subscribers.
		{both, get, "/api/v1/subscribers", admin, "subscribers.read", s.subscribers.List, 0, reads},
		{both, get, "/api/v1/subscribers.csv", admin, "subscribers.read", s.subscribers.Export, stream, reads},
		{both, get, "/api/v1/subscribers/counts", admin, "subscribers.read", s.subscribers.Counts, 0, reads},
		{both, get, "/api/v1/subscribers/settings", admin, "subscribers.read", s.subscribers.Settings, 0, reads},
		{both, put, "/api/v1/subscribers/settings", admin, "subscribers.write", s.subscribers.SetSettings, versioned, writes},
		{both, get, "/api/v1/subscribers/:subscriber", admin, "subscribers.read", s.subscribers.Get, 0, reads},
		{both, patch, "/api/v1/subscribers/:subscriber", admin, "subscribers.write", s.subscribers.Patch, versioned, writes},
		{both, del, "/api/v1/subscribers/:subscriber", admin, "subscribers.write", s.subscribers.Erase, 0, writes},

		// Journeys.
		{both, get, "/api/v1/journeys", admin, "journeys.read", s.journeys.List, 0, reads},
		{both, post, "/api/v1/journeys", admin, "journeys.write", s.journeys.Create, once, writes},
		{both, post, "/api/v1/journeys/import", admin, "journeys.write", s.journeys.Import, once, writes},
		{both, post, "/api/v1/journeys/check", admin, "journeys.read", s.journeys.Check, 0, writes},
		{both, post, "/api/v1/journeys/test", admin, "journeys.read", s.journeys.Try, 0, writes},
		{both, get, "/api/v1/journeys/:journey", admin, "journeys.read", s.journeys.Get, 0, reads},
		{both, patch, "/api/v1/journeys/:journey", admin, "journeys.write", s.journeys.Patch, versioned, writes},
		{both, del, "/api/v1/journeys/:journey", admin, "journeys.write", s.journeys.Delete, versioned, writes},
		{both, put, "/api/v1/journeys/:journey/draft", admin, "journeys.write", s.journeys.SaveDraft, versioned, writes},
		{both, del, "/api/v1/journeys/:journey/draft", admin, "journeys.write", s.journeys.DiscardDraft, versioned, writes},
		{both, post, "/api/v1/journeys/:journey/publish", admin, "journeys.write", s.journeys.Publish, once | versioned, writes},
		{both, post, "/api/v1/journeys/:journey/stop", admin, "journeys.write", s.journeys.Stop, versioned, writes},
		{both, post, "/api/v1/journeys/:journey/duplicate", admin, "journeys.write", s.journeys.Duplicate, once, writes},
		{both, get, "/api/v1/journeys/:journey/changes", admin, "journeys.read", s.journeys.Changes, 0, reads},
		{both, get, "/api/v1/journeys/:journey/versions", admin, "journeys.read", s.journeys.Versions, 0, reads},
		{both, get, "/api/v1/journeys/:journey/versions/:version", admin, "journeys.read", s.journeys.Version, 0, reads},
		{both, post, "/api/v1/journeys/:journey/versions/:version/restore", admin, "journeys.write", s.journeys.Restore, versioned, writes},
		{both, get, "/api/v1/journeys/:journey/export", admin, "journeys.read", s.journeys.Export, 0, reads},
		{both, get, "/api/v1/journeys/:journey/figures", admin, "journeys.read", s.journeys.Figures, 0, reads},
		{both, get, "/api/v1/journeys/:journey/figures.csv", admin, "journeys.read", s.journeys.Table, 0, reads},

		// Conversations: people on their way through journeys.
		{both, get, "/api/v1/conversations", admin, "conversations.read", s.conversations.List, 0, reads},
		{both, get, "/api/v1/conversations/:conversation", admin, "conversations.read", s.conversations.Get, 0, reads},
		{both, get, "/api/v1/conversations/:conversation/log", admin, "conversations.read", s.conversations.Log, 0, reads},
		{both, post, "/api/v1/conversations/:conversation/pause", admin, "conversations.write", s.conversations.Command(journey.Pause), once, writes},
		{both, post, "/api/v1/conversations/:conversation/resume", admin, "conversations.write", s.conversations.Command(journey.Resume), once, writes},
		{both, post, "/api/v1/conversations/:conversation/end", admin, "conversations.write", s.conversations.Command(journey.Finish), once, writes},
		{both, post, "/api/v1/conversations/:conversation/move", admin, "conversations.write", s.conversations.Move, once, writes},
		{both, post, "/api/v1/conversations/:conversation/answer", admin, "conversations.write", s.conversations.Answer, once, writes},
		{both, get, "/api/v1/messages/log", admin, "conversations.read", s.conversations.Messages, 0, reads},

		// What changed, as it changes.
		{both, get, "/api/v1/events", admin, "events.read", s.live.Stream, stream, reads},

		// The platform.
		{adm, get, "/api/v1/admin/system", admin, "system.read", s.system.Status, 0, reads},
		{any, post, "/codec/:operation", public, "", s.codec.Serve, foreign, reads},
		{any, http.MethodOptions, "/codec/:operation", public, "", s.codec.Serve, foreign, reads},
	}
}

// Sandbox are the routes that only this machine may reach, and only with SANDBOX=on: the simulated
// services and their controls. They know no tenants and no sessions, and the document, which is
// about the product, leaves them out.
func (s *Server) Sandbox() []Route {
	if s.simulated == nil {
		return nil
	}
	const path, any, public = "/sandbox/*path", access.AnyHost, access.Public
	return []Route{
		{any, http.MethodGet, path, public, "", s.simulated.Serve, stream, unlimited},
		{any, http.MethodPost, path, public, "", s.simulated.Serve, stream, unlimited},
		{any, http.MethodPut, path, public, "", s.simulated.Serve, stream, unlimited},
		{any, http.MethodDelete, path, public, "", s.simulated.Serve, stream, unlimited},
	}
}
