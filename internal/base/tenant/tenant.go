// Package tenant carries whose data a piece of work may touch. The data layer, the flows and
// the API read it from the context and refuse to work without it, so that a forgotten tenant
// is an error and never somebody else's row.
package tenant

import "context"

// PlatformID is what a context of the platform itself carries through flows. It is not a UUID,
// so it can never be a tenant's id.
const PlatformID = "platform"

type key struct{}

// With returns a context that acts for one tenant. The platform's mark is not a tenant: given
// it, With returns a context that acts for nobody, so that no id from outside can become it.
func With(ctx context.Context, id string) context.Context {
	if id == PlatformID {
		id = ""
	}
	return context.WithValue(ctx, key{}, id)
}

// Platform returns a context that acts for the platform and sees every tenant. The places
// that call it are few; the data layer's own door to it is models.Platform.
func Platform(ctx context.Context) context.Context {
	return context.WithValue(ctx, key{}, PlatformID)
}

// From returns the tenant's id. ok is false when the context names no tenant, or when it acts
// for the platform.
func From(ctx context.Context) (id string, ok bool) {
	id, _ = ctx.Value(key{}).(string)
	return id, id != "" && id != PlatformID
}

// IsPlatform reports whether the context acts for the platform.
func IsPlatform(ctx context.Context) bool {
	id, _ := ctx.Value(key{}).(string)
	return id == PlatformID
}

// Wire returns the value that travels between processes: a tenant's id or the platform's
// mark; ok is false when the context carries neither.
func Wire(ctx context.Context) (value string, ok bool) {
	value, _ = ctx.Value(key{}).(string)
	return value, value != ""
}

// FromWire is the reverse of Wire, for values that another process of the platform wrote.
func FromWire(ctx context.Context, value string) context.Context {
	return context.WithValue(ctx, key{}, value)
}
