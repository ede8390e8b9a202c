package access

import (
	"maps"
	"slices"

	"github.com/promostack/promostack/internal/base/fault"
)

// Auth says whether a route needs a session.
type Auth int

// Who may call a route. What a session may do there is for the route's permission to say.
const (
	Public   Auth = iota // anybody
	SignedIn             // whoever has a session
)

// Role is what a person may do, in a tenant or on the platform.
type Role string

// The roles. Viewer, editor and owner belong to tenants.
const (
	Viewer Role = "viewer"
	Editor Role = "editor"
	Owner  Role = "owner"
	Admin  Role = "admin" // of the platform
)

// Roles lists the roles, the least able first. Each may do whatever the roles before it may.
func Roles() []Role { return []Role{Viewer, Editor, Owner, Admin} }

// Permission is what a route asks of a session's role.
type Permission string

// The permissions.
const (
	TemplatesRead      Permission = "templates.read"
	TemplatesWrite     Permission = "templates.write"
	PromosRead         Permission = "promos.read"
	PromosRender       Permission = "promos.render"
	PromosPost         Permission = "promos.post"
	PostsRead          Permission = "posts.read"  // of all that goes to channels
	PostsWrite         Permission = "posts.write" // send again, decide, delete
	ConnectionsRead    Permission = "connections.read"
	ConnectionsWrite   Permission = "connections.write"
	SubscribersRead    Permission = "subscribers.read"
	SubscribersWrite   Permission = "subscribers.write"
	JourneysRead       Permission = "journeys.read"
	JourneysWrite      Permission = "journeys.write"
	ConversationsRead  Permission = "conversations.read"
	ConversationsWrite Permission = "conversations.write"
	MarketRead         Permission = "market.read"
	SignalsRead        Permission = "signals.read"
	SignalsWrite       Permission = "signals.write"    // approve, reject, close, change
	StrategiesWrite    Permission = "strategies.write" // and the settings of signals
	AIRead             Permission = "ai.read"
	AIWrite            Permission = "ai.write"
	BacktestsWrite     Permission = "backtests.write"
	EventsRead         Permission = "events.read"
	HomeRead           Permission = "home.read"
	SessionsWrite      Permission = "sessions.write" // one's own
	SystemRead         Permission = "system.read"
	PayloadsRead       Permission = "payloads.read"
	TenantsRead        Permission = "tenants.read"  // of the platform: which there are
	TenantsWrite       Permission = "tenants.write" // make one, switch to one, remove the demo
)

// lowest is the table of who may do what: for each permission the least able role that has it.
var lowest = map[Permission]Role{
	TemplatesRead:     Viewer,
	PromosRead:        Viewer,
	PostsRead:         Viewer,
	ConnectionsRead:   Viewer,
	SubscribersRead:   Viewer,
	JourneysRead:      Viewer,
	ConversationsRead: Viewer,
	MarketRead:        Viewer,
	SignalsRead:       Viewer,
	AIRead:            Viewer,
	EventsRead:        Viewer,
	HomeRead:          Viewer,
	SessionsWrite:     Viewer,

	TemplatesWrite:     Editor,
	PromosRender:       Editor,
	PromosPost:         Editor,
	PostsWrite:         Editor,
	SubscribersWrite:   Editor,
	JourneysWrite:      Editor,
	ConversationsWrite: Editor,
	SignalsWrite:       Editor,
	AIWrite:            Editor,
	BacktestsWrite:     Editor,

	ConnectionsWrite: Owner,
	StrategiesWrite:  Owner,

	SystemRead:   Admin,
	PayloadsRead: Admin,
	TenantsRead:  Admin,
	TenantsWrite: Admin,
}

// May reports whether the role has a permission. Nobody has one that is not in the table.
func (r Role) May(p Permission) bool {
	least, known := lowest[p]
	return known && slices.Index(Roles(), r) >= slices.Index(Roles(), least)
}

// Permissions lists what the role may do.
func (r Role) Permissions() []Permission {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(lowest)), func(p Permission) bool { return !r.May(p) })
}

// Require returns a fault of kind Forbidden if the session's role doesn't have the permission.
func (s *Session) Require(p Permission) error {
	if s.Role.May(p) {
		return nil
	}
	return fault.New(fault.Forbidden, "permission_missing", "Your role (%s) does not have the permission %s", s.Role, p).
		WithRemedy("Ask somebody with the role %s to do this, or to give you that role", lowest[p])
}
