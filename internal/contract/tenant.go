package contract

// FlowTenantSetup is the flow that gives a new tenant what it starts with.
const FlowTenantSetup = "tenantsetup"

// TenantSetupID is the workflow id of a tenant's setup.
func TenantSetupID(tenantID string) string { return dotted(FlowTenantSetup, tenantID) }

// FlowTenantRemoval is the platform's flow that removes a tenant with all that it has.
const FlowTenantRemoval = "tenantremoval"

// TenantRemovalID is the workflow id of a tenant's removal.
func TenantRemovalID(tenantID string) string { return dotted(FlowTenantRemoval, tenantID) }

// Tenant names a tenant.
type Tenant struct {
	TenantID string `json:"tenant_id"`
}

// OutboxTenantSetup is the outbox's kind for tenants that were made; the payload is a Tenant.
const OutboxTenantSetup = "tenant.setup"

// OutboxTenantRemoval is the outbox's kind for tenants that are to be removed; the payload is a Tenant. The message is
// another tenant's, so that it outlives the rows of the one that goes.
const OutboxTenantRemoval = "tenant.removal"

// Activities of tenants (activities.Tenants). The input is a Tenant; each may run any number of times.
const (
	// EquipTenant gives a new tenant its templates and its first journey, and makes it active.
	EquipTenant = "tenants.Equip"
	// SilenceTenant takes a tenant's schedules away and stops what Telegram brings its bots.
	SilenceTenant = "tenants.Silence"
	// EndTenantFlows ends the flows of a tenant and removes what Temporal keeps of them. Result: how many there were.
	EndTenantFlows = "tenants.EndFlows"
	// RemoveTenantFiles removes a tenant's files. Result: how many there were.
	RemoveTenantFiles = "tenants.RemoveFiles"
	// RemoveTenantRows removes a tenant's rows, itself last. Result: how many there were.
	RemoveTenantRows = "tenants.RemoveRows"
)
