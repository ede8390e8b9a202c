package temporal

import (
	"context"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/tenant"
)

const tenantHeader = "promostack-tenant"

type workflowTenant struct{}

// propagator carries the tenant from the caller's context through workflows into activities, and seals the calls
// that the guard has noted. Names go with flows.
type propagator struct {
	sealer sealer
	names  converter.DataConverter // names are sealed as payloads are
}

var _ workflow.ContextPropagator = propagator{}

func (p propagator) Inject(ctx context.Context, w workflow.HeaderWriter) error {
	value, _ := tenant.Wire(ctx)
	p.writeNames(w, ctx.Value(namesKey{}))
	return p.write(w, value, ctx.Value(callsKey{}))
}

func (p propagator) InjectFromWorkflow(ctx workflow.Context, w workflow.HeaderWriter) error {
	value, _ := ctx.Value(workflowTenant{}).(string)
	calls := ctx.Value(callsKey{})
	if list, _ := calls.([]call); slices.ContainsFunc(list, func(c call) bool { return c.kind == callStart }) {
		p.writeNames(w, ctx.Value(workflowNames{})) // to children and to the next run
	}
	return p.write(w, value, calls)
}

func (propagator) Extract(ctx context.Context, r workflow.HeaderReader) (context.Context, error) {
	value, err := readTenant(r)
	if err != nil || value == "" {
		return ctx, err
	}
	return tenant.FromWire(ctx, value), nil
}

func (p propagator) ExtractToWorkflow(ctx workflow.Context, r workflow.HeaderReader) (workflow.Context, error) {
	ctx = p.readNames(ctx, r)
	value, err := readTenant(r)
	if err != nil || value == "" {
		return ctx, err
	}
	return workflow.WithValue(ctx, workflowTenant{}, value), nil
}

func (p propagator) write(w workflow.HeaderWriter, tenant string, calls any) error {
	if tenant == "" {
		return nil // the interceptors refuse it, with a message that says where
	}
	payload, err := converter.GetDefaultDataConverter().ToPayload(tenant)
	if err != nil {
		return err
	}
	w.Set(tenantHeader, payload)
	list, _ := calls.([]call)
	for _, c := range list {
		w.Set(sealHeader+string(c.kind), p.sealer.seal(tenant, c))
	}
	return nil
}

func readTenant(r workflow.HeaderReader) (value string, err error) {
	if p, ok := r.Get(tenantHeader); ok {
		err = converter.GetDefaultDataConverter().FromPayload(p, &value)
	}
	return value, err
}
