package temporal

import (
	"context"
	"regexp"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/host/secrets"
)

// callKind is a way in which a flow or an activity is called.
type callKind string

const (
	callStart    callKind = "start"
	callSchedule callKind = "schedule" // a start by a schedule, which appends the time to the flow's id
	callSignal   callKind = "signal"
	callQuery    callKind = "query"
	callUpdate   callKind = "update"
	callActivity callKind = "activity"
)

// call is what a seal stands for. A seal of one call opens no other.
type call struct {
	kind     callKind
	workflow string // the flow's id
	name     string // of the flow's type, the signal, query, update or activity
}

const (
	sealHeader  = "promostack-seal-" // and the kind
	sealPurpose = "temporal-call"
)

// sealer seals calls with the key of the payloads. Whoever reaches Temporal without that key can stop flows,
// but not make one act: calls without a seal, or with another call's, are refused.
type sealer struct{ ring *secrets.Ring }

func (c call) bound(tenant string) []byte {
	return []byte(strings.Join([]string{string(c.kind), tenant, c.workflow, c.name}, "\x00"))
}

func (s sealer) seal(tenant string, c call) *commonpb.Payload {
	return &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingBinary)},
		Data: s.ring.Sign(sealPurpose, c.bound(tenant))}
}

// holds reports whether the header has the seal of this call.
func (s sealer) holds(header map[string]*commonpb.Payload, tenant string, c call) bool {
	seal, ok := header[sealHeader+string(c.kind)]
	return ok && tenant != "" && s.ring.Verify(sealPurpose, c.bound(tenant), seal.GetData())
}

// scheduledAt is what a schedule appends to the id of the flow that it starts.
var scheduledAt = regexp.MustCompile(`-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)

// started reports whether the header has the seal of a flow's start, by a caller or by a schedule.
func (s sealer) started(header map[string]*commonpb.Payload, tenant, workflow, name string) bool {
	return s.holds(header, tenant, call{callStart, workflow, name}) ||
		s.holds(header, tenant, call{callSchedule, scheduledAt.ReplaceAllString(workflow, ""), name})
}

// notSealed is the refusal of a call that did not come from this program.
func notSealed(c call) error {
	return sdk.NewNonRetryableApplicationError("the "+string(c.kind)+" "+c.name+" is not sealed by PromoStack", "call_not_sealed", nil)
}

type callsKey struct{}

// calling notes the calls that the propagator seals.
func calling(ctx context.Context, calls ...call) context.Context {
	return context.WithValue(ctx, callsKey{}, calls)
}

func flowCalls(ctx workflow.Context, c call) workflow.Context {
	return workflow.WithValue(ctx, callsKey{}, []call{c})
}

// ForSchedule returns a context in which a schedule is written that starts a flow under this id, with the
// time appended.
func ForSchedule(ctx context.Context, workflowID, workflowType string) context.Context {
	return calling(ctx, call{callSchedule, workflowID, workflowType})
}
