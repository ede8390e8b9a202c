package rawsql

import (
	"fmt"

	"gorm.io/gorm"
)

// Lease is what the statements on account_leases are asked with. Times are microseconds.
type Lease struct {
	Tenant     string
	Connection string
	Owner      string
	Fence      int64
	Length     int64
	Now        int64 // the host's clock, for SQLite; PostgreSQL has its own
}

func (l Lease) args() map[string]any {
	return map[string]any{"tenant": l.Tenant, "connection": l.Connection, "owner": l.Owner, "fence": l.Fence, "length": l.Length, "now": l.Now}
}

func leaseNow(db *gorm.DB) string {
	if db.Name() == "postgres" {
		return postgresNow
	}
	return sqliteNow
}

// AcquireLease takes the ownership of an account in one atomic statement when nobody has it, and
// returns the next fence. ok is false when somebody has it: wait is how long for at the most.
func AcquireLease(db *gorm.DB, l Lease) (fence, wait int64, ok bool, err error) {
	now := leaseNow(db)
	rows, err := slotRows(db, "INSERT INTO account_leases (connection_id, tenant_id, owner, fence, expires) "+
		"VALUES (@connection, @tenant, @owner, 1, "+now+" + CAST(@length AS BIGINT)) "+
		"ON CONFLICT (connection_id) DO UPDATE SET owner = @owner, fence = account_leases.fence + 1, expires = "+now+" + CAST(@length AS BIGINT) "+
		"WHERE account_leases.tenant_id = @tenant AND account_leases.expires <= "+now+" RETURNING fence", l.args())
	if err != nil {
		return 0, 0, false, fmt.Errorf("acquire a lease: %w", err)
	}
	if len(rows) == 1 {
		return rows[0], 0, true, nil
	}
	rows, err = slotRows(db, "SELECT expires - "+now+" FROM account_leases WHERE connection_id = @connection AND tenant_id = @tenant", l.args())
	if err != nil {
		return 0, 0, false, fmt.Errorf("read a lease: %w", err)
	}
	if len(rows) == 0 {
		return 0, 0, false, fmt.Errorf("the lease of connection %s belongs to another tenant", l.Connection)
	}
	return 0, max(0, rows[0]), false, nil
}

// RenewLease moves the end of a lease that still runs. ok is false when it ran out or was taken.
func RenewLease(db *gorm.DB, l Lease) (ok bool, err error) {
	now := leaseNow(db)
	rows, err := slotRows(db, "UPDATE account_leases SET expires = "+now+" + CAST(@length AS BIGINT) "+
		"WHERE connection_id = @connection AND tenant_id = @tenant AND fence = @fence AND expires > "+now+" RETURNING fence", l.args())
	if err != nil {
		return false, fmt.Errorf("renew a lease: %w", err)
	}
	return len(rows) == 1, nil
}

// ReleaseLease gives a lease back, if it is still the caller's.
func ReleaseLease(db *gorm.DB, l Lease) error {
	_, err := slotRows(db, "UPDATE account_leases SET owner = '', expires = 0 "+
		"WHERE connection_id = @connection AND tenant_id = @tenant AND fence = @fence RETURNING fence", l.args())
	if err != nil {
		return fmt.Errorf("release a lease: %w", err)
	}
	return nil
}

// HoldLease reports whether a fence is the running one, and keeps it so until the transaction ends.
func HoldLease(db *gorm.DB, l Lease) (ok bool, err error) {
	now, lock := leaseNow(db), ""
	if db.Name() == "postgres" {
		lock = " FOR SHARE" // on SQLite one transaction writes at a time
	}
	rows, err := slotRows(db, "SELECT fence FROM account_leases WHERE connection_id = @connection AND tenant_id = @tenant "+
		"AND fence = @fence AND expires > "+now+lock, l.args())
	if err != nil {
		return false, fmt.Errorf("check a lease: %w", err)
	}
	return len(rows) == 1, nil
}

// LeaseFence returns the fence of the owner that runs now, or 0.
func LeaseFence(db *gorm.DB, l Lease) (int64, error) {
	rows, err := slotRows(db, "SELECT fence FROM account_leases WHERE connection_id = @connection AND tenant_id = @tenant "+
		"AND owner <> '' AND expires > "+leaseNow(db), l.args())
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0], nil
}
