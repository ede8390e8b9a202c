package api

import (
	"net/http"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/temporal"
)

// Route is one row of the table: where it is, who may call it, and what answers.
type Route struct {
	Host       access.Host
	Method     string
	Path       string
	Auth       access.Auth
	Permission access.Permission // what the session's role must have; foreign routes ask for it themselves
	Handler    httpx.Handler
	Flags      flags
	Limit      httpx.Quota // how many such requests a session may make; on public routes, an address
}

// inTenant reports whether a route acts in the session's tenant, which must be there. Those of the admins' host act for the
// platform.
func inTenant(r Route) bool { return r.Auth == access.SignedIn && r.Host != access.AdminHost }

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
		public         = access.Public
		signedIn       = access.SignedIn
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
		{any, get, "/t/:slug", public, "", s.record.Page, 0, reads},
		{any, get, "/t/:slug/record.json", public, "", s.record.File, stream, reads},
		{both, get, "/api/openapi.json", public, "", s.describe, 0, reads},

		// Sessions.
		{both, get, "/api/v1/session", public, "", s.session.Read, 0, reads},
		{adm, post, "/api/v1/admin/session", public, "", s.session.Open, 0, writes},
		{adm, del, "/api/v1/admin/session", public, "", s.session.Close, 0, writes},
		{adm, post, "/api/v1/admin/session/tenant", signedIn, access.TenantsWrite, s.tenants.Switch, 0, writes},
		{both, post, "/api/v1/session/end-others", signedIn, access.SessionsWrite, s.session.CloseOthers, 0, writes},

		// Templates.
		{both, get, "/api/v1/templates", signedIn, access.TemplatesRead, s.templates.List, 0, reads},
		{both, post, "/api/v1/templates", signedIn, access.TemplatesWrite, s.templates.Create, once, writes},
		{both, get, "/api/v1/templates/:template", signedIn, access.TemplatesRead, s.templates.Get, 0, reads},
		{both, patch, "/api/v1/templates/:template", signedIn, access.TemplatesWrite, s.templates.Patch, versioned, writes},
		{both, put, "/api/v1/templates/:template/draft", signedIn, access.TemplatesWrite, s.templates.SaveDraft, versioned, writes},
		{both, post, "/api/v1/templates/:template/publish", signedIn, access.TemplatesWrite, s.templates.Publish, once | versioned, writes},

		// Rendering, and what it needs.
		{both, post, "/api/v1/promos/render", signedIn, access.PromosRender, s.renders.Render, 0, rendering},
		{both, post, "/api/v1/promos/links", signedIn, access.PromosRender, s.links.Make, 0, rendering},
		{both, get, "/api/v1/coupons/check", signedIn, access.PromosRender, s.coupons.Check, 0, rendering},
		{both, get, "/api/v1/coupons/checks", signedIn, access.PromosRead, s.coupons.List, 0, reads},
		{both, post, "/api/v1/coupons/checks", signedIn, access.PromosRender, s.coupons.Try, 0, rendering},
		{both, post, "/api/v1/uploads", signedIn, access.PromosRender, s.uploads.Create, once, writes},
		{both, get, "/api/v1/brand", signedIn, access.PromosRead, s.uploads.Brand, 0, reads},
		{both, get, "/api/v1/fonts", signedIn, access.PromosRead, s.fonts.List, 0, reads},

		// Bulk jobs.
		{both, get, "/api/v1/templates/:template/example.csv", signedIn, access.TemplatesRead, s.bulk.Example, 0, reads},
		{both, post, "/api/v1/promos/bulk", signedIn, access.PromosRender, s.bulk.Create, once, bulkFiles},
		{both, post, "/api/v1/promos/bulk/preview", signedIn, access.PromosRender, s.bulk.Preview, 0, bulkFiles},
		{both, get, "/api/v1/promos/bulk", signedIn, access.PromosRead, s.bulk.List, 0, reads},
		{both, get, "/api/v1/promos/bulk/:job", signedIn, access.PromosRead, s.bulk.Get, 0, reads},
		{both, get, "/api/v1/promos/bulk/:job/rows", signedIn, access.PromosRead, s.bulk.Rows, 0, reads},
		{both, get, "/api/v1/promos/bulk/:job/report.csv", signedIn, access.PromosRead, s.bulk.Report, stream, reads},
		{both, post, "/api/v1/promos/bulk/:job/start", signedIn, access.PromosRender, s.bulk.Command(contract.BulkStart), 0, writes},
		{both, post, "/api/v1/promos/bulk/:job/pause", signedIn, access.PromosRender, s.bulk.Command(contract.BulkPause), 0, writes},
		{both, post, "/api/v1/promos/bulk/:job/resume", signedIn, access.PromosRender, s.bulk.Command(contract.BulkResume), 0, writes},
		{both, post, "/api/v1/promos/bulk/:job/cancel", signedIn, access.PromosRender, s.bulk.Command(contract.BulkCancel), 0, writes},

		// Posts to channels.
		{both, post, "/api/v1/promos/posts", signedIn, access.PromosPost, s.posts.Create, once, writes},
		{both, get, "/api/v1/promos/posts/:post", signedIn, access.PromosRead, s.posts.Get, 0, reads},
		{both, post, "/api/v1/promos/posts/:post/again", signedIn, access.PromosPost, s.posts.Again, 0, writes},
		{both, get, "/api/v1/channel-posts", signedIn, access.PostsRead, s.channelPosts.List, 0, reads},
		{both, get, "/api/v1/channel-posts/:post", signedIn, access.PostsRead, s.channelPosts.Get, 0, reads},
		{both, del, "/api/v1/channel-posts/:post", signedIn, access.PostsWrite, s.channelPosts.Delete, 0, writes},
		{both, post, "/api/v1/channel-posts/:post/again", signedIn, access.PostsWrite, s.channelPosts.Again, 0, writes},
		{both, post, "/api/v1/channel-posts/:post/settle", signedIn, access.PostsWrite, s.channelPosts.Settle, 0, writes},

		// Connections, and where Telegram brings their updates.
		{both, get, "/api/v1/connections", signedIn, access.ConnectionsRead, s.connections.List, 0, reads},
		{both, post, "/api/v1/connections", signedIn, access.ConnectionsWrite, s.connections.Create, once, writes},
		{both, get, "/api/v1/connections/:connection", signedIn, access.ConnectionsRead, s.connections.Get, 0, reads},
		{both, patch, "/api/v1/connections/:connection", signedIn, access.ConnectionsWrite, s.connections.Patch, versioned, writes},
		{both, del, "/api/v1/connections/:connection", signedIn, access.ConnectionsWrite, s.connections.Delete, versioned, writes},
		{both, post, "/api/v1/connections/:connection/test", signedIn, access.ConnectionsWrite, s.connections.Test, 0, writes},
		{both, get, "/api/v1/connections/:connection/posters", signedIn, access.ConnectionsRead, s.connections.Posters, 0, reads},
		{both, post, "/api/v1/connections/:connection/posters", signedIn, access.ConnectionsWrite, s.connections.InvitePoster, 0, writes},
		{both, del, "/api/v1/connections/:connection/posters/:poster", signedIn, access.ConnectionsWrite, s.connections.RemovePoster, 0, writes},
		// The account's state holds a QR code that connects the account of whoever scans it.
		{both, get, "/api/v1/user-account", signedIn, access.ConnectionsWrite, s.account.Get, 0, reads},
		{both, post, "/api/v1/user-account/sign-in", signedIn, access.ConnectionsWrite, s.account.Begin, once, writes},
		{both, post, "/api/v1/user-account/code", signedIn, access.ConnectionsWrite, s.account.Code, versioned, writes},
		{both, post, "/api/v1/user-account/password", signedIn, access.ConnectionsWrite, s.account.Password, versioned, writes},
		{both, post, "/api/v1/user-account/cancel", signedIn, access.ConnectionsWrite, s.account.Cancel, 0, writes},
		{both, post, "/api/v1/user-account/sign-out", signedIn, access.ConnectionsWrite, s.account.SignOut, 0, writes},
		{any, post, "/telegram/hook/:hook", public, "", s.hook.Receive, foreign, unlimited},

		// Subscribers.
		{both, get, "/api/v1/subscribers", signedIn, access.SubscribersRead, s.subscribers.List, 0, reads},
		{both, get, "/api/v1/subscribers.csv", signedIn, access.SubscribersRead, s.subscribers.Export, stream, reads},
		{both, get, "/api/v1/subscribers/counts", signedIn, access.SubscribersRead, s.subscribers.Counts, 0, reads},
		{both, get, "/api/v1/subscribers/settings", signedIn, access.SubscribersRead, s.subscribers.Settings, 0, reads},
		{both, put, "/api/v1/subscribers/settings", signedIn, access.SubscribersWrite, s.subscribers.SetSettings, versioned, writes},
		{both, get, "/api/v1/subscribers/:subscriber", signedIn, access.SubscribersRead, s.subscribers.Get, 0, reads},
		{both, patch, "/api/v1/subscribers/:subscriber", signedIn, access.SubscribersWrite, s.subscribers.Patch, versioned, writes},
		{both, del, "/api/v1/subscribers/:subscriber", signedIn, access.SubscribersWrite, s.subscribers.Erase, 0, writes},

		// Journeys.
		{both, get, "/api/v1/journeys", signedIn, access.JourneysRead, s.journeys.List, 0, reads},
		{both, post, "/api/v1/journeys", signedIn, access.JourneysWrite, s.journeys.Create, once, writes},
		{both, post, "/api/v1/journeys/import", signedIn, access.JourneysWrite, s.journeys.Import, once, writes},
		{both, post, "/api/v1/journeys/check", signedIn, access.JourneysRead, s.journeys.Check, 0, writes},
		{both, post, "/api/v1/journeys/test", signedIn, access.JourneysRead, s.journeys.Simulate, 0, writes},
		{both, get, "/api/v1/journeys/:journey", signedIn, access.JourneysRead, s.journeys.Get, 0, reads},
		{both, patch, "/api/v1/journeys/:journey", signedIn, access.JourneysWrite, s.journeys.Patch, versioned, writes},
		{both, del, "/api/v1/journeys/:journey", signedIn, access.JourneysWrite, s.journeys.Delete, versioned, writes},
		{both, put, "/api/v1/journeys/:journey/draft", signedIn, access.JourneysWrite, s.journeys.SaveDraft, versioned, writes},
		{both, del, "/api/v1/journeys/:journey/draft", signedIn, access.JourneysWrite, s.journeys.DiscardDraft, versioned, writes},
		{both, post, "/api/v1/journeys/:journey/publish", signedIn, access.JourneysWrite, s.journeys.Publish, once | versioned, writes},
		{both, post, "/api/v1/journeys/:journey/stop", signedIn, access.JourneysWrite, s.journeys.Stop, versioned, writes},
		{both, post, "/api/v1/journeys/:journey/duplicate", signedIn, access.JourneysWrite, s.journeys.Duplicate, once, writes},
		{both, get, "/api/v1/journeys/:journey/changes", signedIn, access.JourneysRead, s.journeys.Changes, 0, reads},
		{both, get, "/api/v1/journeys/:journey/versions", signedIn, access.JourneysRead, s.journeys.Versions, 0, reads},
		{both, get, "/api/v1/journeys/:journey/versions/:version", signedIn, access.JourneysRead, s.journeys.Version, 0, reads},
		{both, post, "/api/v1/journeys/:journey/versions/:version/restore", signedIn, access.JourneysWrite, s.journeys.Restore, versioned, writes},
		{both, get, "/api/v1/journeys/:journey/export", signedIn, access.JourneysRead, s.journeys.Export, 0, reads},
		{both, get, "/api/v1/journeys/:journey/figures", signedIn, access.JourneysRead, s.journeys.Figures, 0, reads},
		{both, get, "/api/v1/journeys/:journey/figures.csv", signedIn, access.JourneysRead, s.journeys.Table, 0, reads},

		// Conversations: people on their way through journeys.
		{both, get, "/api/v1/conversations", signedIn, access.ConversationsRead, s.conversations.List, 0, reads},
		{both, get, "/api/v1/conversations/:conversation", signedIn, access.ConversationsRead, s.conversations.Get, 0, reads},
		{both, get, "/api/v1/conversations/:conversation/log", signedIn, access.ConversationsRead, s.conversations.Log, 0, reads},
		{both, post, "/api/v1/conversations/:conversation/pause", signedIn, access.ConversationsWrite, s.conversations.Command(journey.Pause), once, writes},
		{both, post, "/api/v1/conversations/:conversation/resume", signedIn, access.ConversationsWrite, s.conversations.Command(journey.Resume), once, writes},
		{both, post, "/api/v1/conversations/:conversation/end", signedIn, access.ConversationsWrite, s.conversations.Command(journey.Finish), once, writes},
		{both, post, "/api/v1/conversations/:conversation/move", signedIn, access.ConversationsWrite, s.conversations.Move, once, writes},
		{both, post, "/api/v1/conversations/:conversation/answer", signedIn, access.ConversationsWrite, s.conversations.Answer, once, writes},
		{both, get, "/api/v1/messages/log", signedIn, access.ConversationsRead, s.conversations.Messages, 0, reads},

		// Gold signals.
		{both, get, "/api/v1/market", signedIn, access.MarketRead, s.market.Get, 0, reads},
		{both, get, "/api/v1/market/candles", signedIn, access.MarketRead, s.market.Candles, 0, reads},
		{both, get, "/api/v1/signals", signedIn, access.SignalsRead, s.signals.List, 0, reads},
		{both, get, "/api/v1/signals/:signal", signedIn, access.SignalsRead, s.signals.Get, 0, reads},
		{both, patch, "/api/v1/signals/:signal", signedIn, access.SignalsWrite, s.signals.Edit, versioned, writes},
		{both, post, "/api/v1/signals/:signal/approve", signedIn, access.SignalsWrite, s.signals.Approve, versioned, writes},
		{both, post, "/api/v1/signals/:signal/reject", signedIn, access.SignalsWrite, s.signals.Reject, versioned, writes},
		{both, post, "/api/v1/signals/:signal/cancel", signedIn, access.SignalsWrite, s.signals.Cancel, versioned, writes},
		{both, post, "/api/v1/signals/:signal/close", signedIn, access.SignalsWrite, s.signals.Close, versioned, writes},
		{both, get, "/api/v1/strategies", signedIn, access.SignalsRead, s.strategies.List, 0, reads},
		{both, patch, "/api/v1/strategies/:strategy", signedIn, access.StrategiesWrite, s.strategies.Change, versioned, writes},
		{both, get, "/api/v1/recaps", signedIn, access.SignalsRead, s.recaps.List, 0, reads},
		{both, get, "/api/v1/strategies/:strategy/gate", signedIn, access.SignalsRead, s.backtests.Gate, 0, reads},
		{both, get, "/api/v1/backtests", signedIn, access.SignalsRead, s.backtests.List, 0, reads},
		{both, post, "/api/v1/backtests", signedIn, access.BacktestsWrite, s.backtests.Create, once, writes},
		{both, get, "/api/v1/backtests/:backtest", signedIn, access.SignalsRead, s.backtests.Get, 0, reads},
		{both, post, "/api/v1/backtests/:backtest/cancel", signedIn, access.BacktestsWrite, s.backtests.Cancel, 0, writes},
		{both, del, "/api/v1/backtests/:backtest", signedIn, access.BacktestsWrite, s.backtests.Delete, 0, writes},
		{both, get, "/api/v1/signal-settings", signedIn, access.SignalsRead, s.signalSettings.Get, 0, reads},
		{both, patch, "/api/v1/signal-settings", signedIn, access.StrategiesWrite, s.signalSettings.Change, versioned, writes},
		{both, get, "/api/v1/performance", signedIn, access.SignalsRead, s.performance.Get, 0, reads},
		{both, get, "/api/v1/performance.csv", signedIn, access.SignalsRead, s.performance.Table, stream, reads},
		{both, get, "/api/v1/record", signedIn, access.SignalsRead, s.record.Get, 0, reads},
		{both, post, "/api/v1/record/end", signedIn, access.StrategiesWrite, s.record.End, 0, writes},
		{both, get, "/api/v1/cross-promotion", signedIn, access.SignalsRead, s.crossPromo.Get, 0, reads},
		{both, patch, "/api/v1/cross-promotion", signedIn, access.StrategiesWrite, s.crossPromo.Change, versioned, writes},
		{both, get, "/api/v1/cross-promotion/days", signedIn, access.SignalsRead, s.crossPromo.Days, 0, reads},
		{both, post, "/api/v1/cross-promotion/slots/:slot/run", signedIn, access.SignalsWrite, s.crossPromo.Run, once, writes},
		{both, post, "/api/v1/cross-promotion/slots/:slot/skip", signedIn, access.SignalsWrite, s.crossPromo.Skip, 0, writes},
		{both, post, "/api/v1/cross-promotion/slots/:slot/preview", signedIn, access.SignalsWrite, s.crossPromo.Preview, 0, writes},
		{both, get, "/api/v1/hype/prompts", signedIn, access.SignalsRead, s.hype.Prompts, 0, reads},
		{both, post, "/api/v1/hype/prompts", signedIn, access.SignalsWrite, s.hype.CreatePrompt, once, writes},
		{both, patch, "/api/v1/hype/prompts/:prompt", signedIn, access.SignalsWrite, s.hype.PatchPrompt, versioned, writes},
		{both, del, "/api/v1/hype/prompts/:prompt", signedIn, access.SignalsWrite, s.hype.DeletePrompt, versioned, writes},
		{both, get, "/api/v1/hype/flows", signedIn, access.SignalsRead, s.hype.Flows, 0, reads},
		{both, post, "/api/v1/hype/flows", signedIn, access.SignalsWrite, s.hype.CreateFlow, once, writes},
		{both, post, "/api/v1/hype/flows/order", signedIn, access.SignalsWrite, s.hype.OrderFlows, 0, writes},
		{both, patch, "/api/v1/hype/flows/:flow", signedIn, access.SignalsWrite, s.hype.PatchFlow, versioned, writes},
		{both, del, "/api/v1/hype/flows/:flow", signedIn, access.SignalsWrite, s.hype.DeleteFlow, versioned, writes},
		{both, post, "/api/v1/hype/flows/:flow/run", signedIn, access.SignalsWrite, s.hype.Run, once, writes},
		{both, post, "/api/v1/hype/flows/:flow/preview", signedIn, access.SignalsWrite, s.hype.Preview, 0, writes},
		{both, get, "/api/v1/hype/flows/:flow/figures", signedIn, access.SignalsRead, s.hype.Figures, 0, reads},
		{both, get, "/api/v1/ai", signedIn, access.AIRead, s.ai.Get, 0, reads},
		{both, patch, "/api/v1/ai", signedIn, access.AIWrite, s.ai.Patch, versioned, writes},

		// What a person sees first.
		{both, get, "/api/v1/home", signedIn, access.HomeRead, s.home.Get, 0, reads},
		{both, get, "/api/v1/attention", signedIn, access.HomeRead, s.home.Attention, 0, reads},

		// What changed, as it changes.
		{both, get, "/api/v1/events", signedIn, access.EventsRead, s.live.Stream, stream, reads},

		// The platform.
		{adm, get, "/api/v1/admin/tenants", signedIn, access.TenantsRead, s.tenants.List, 0, reads},
		{adm, post, "/api/v1/admin/tenants", signedIn, access.TenantsWrite, s.tenants.Create, once, writes},
		{adm, del, "/api/v1/admin/tenants/:tenant", signedIn, access.TenantsWrite, s.tenants.Remove, 0, writes},
		{adm, get, "/api/v1/admin/system", signedIn, access.SystemRead, s.system.Status, 0, reads},
		{adm, post, "/codec/:operation", signedIn, access.PayloadsRead, s.codec.Serve, 0, reads},
	}
}

// WebUI are the pages and calls of Temporal's Web UI. They are another program's, so the document leaves them out.
func (s *Server) WebUI() (routes []Route) {
	if s.webUI == nil {
		return nil
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		routes = append(routes, Route{access.AdminHost, method, temporal.WebUIPath + "/*path", access.SignedIn, access.PayloadsRead, s.webUI.Serve, stream, reads})
	}
	return routes
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
