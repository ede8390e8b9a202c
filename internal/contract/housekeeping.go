package contract

// FlowHousekeeping is the flow, scheduled for every tenant, that removes what is over.
const FlowHousekeeping = "housekeeping"

// Activities of the housekeeping (activities.Housekeeping). Each takes nothing but the tenant from
// its context, and answers with how many things it did.
const (
	// ExpireArchives removes expired archives of bulk jobs.
	ExpireArchives = "housekeeping.ExpireArchives"
	// ForgetJobs removes bulk jobs that ended long ago, with their rows.
	ForgetJobs = "housekeeping.ForgetJobs"
	// ForgetCouponChecks removes old answers about coupons.
	ForgetCouponChecks = "housekeeping.ForgetCouponChecks"
	// RequeuePreviews starts the previews of published templates that have none.
	RequeuePreviews = "housekeeping.RequeuePreviews"
	// ForgetMessages removes received messages, finished deliveries and lines of people's logs, when
	// they have expired.
	ForgetMessages = "housekeeping.ForgetMessages"
	// ErasePeople removes people who were not seen for as long as the tenant keeps them.
	ErasePeople = "housekeeping.ErasePeople"
	// MendCounts compares the kept counts with what they count, and puts them right.
	MendCounts = "housekeeping.MendCounts"
)
