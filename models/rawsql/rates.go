package rawsql

import (
	"fmt"

	"gorm.io/gorm"
)

// Slots is what ReserveSlots asks for. Times are microseconds.
type Slots struct {
	Tenant     string
	Connection string
	Chat       int64
	Interval   int64 // between two sends
	Count      int64
	Overdraw   int64 // how far before its slot a send may go
	Ahead      int64 // how long the first slot may lie ahead
	Now        int64 // the host's clock, for SQLite; PostgreSQL has its own
}

// The clock is the database's on PostgreSQL, so that hosts whose clocks differ share one rate; on
// SQLite there is one host.
const (
	postgresNow = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
	sqliteNow   = "CAST(@now AS INTEGER)"
)

// ReserveSlots is GCRA in one atomic statement: the theoretical arrival time moves ahead by Count
// intervals, if the first slot is near enough. wait is how long the first slot lies ahead, in
// microseconds, at least 0; ok is false when that is longer than allowed, and nothing changed.
func ReserveSlots(db *gorm.DB, s Slots) (wait int64, ok bool, err error) {
	now, greatest := sqliteNow, "MAX"
	if db.Name() == "postgres" {
		now, greatest = postgresNow, "GREATEST"
	}
	args := map[string]any{"tenant": s.Tenant, "connection": s.Connection, "chat": s.Chat, "step": s.Interval * s.Count,
		"overdraw": s.Overdraw, "ahead": s.Ahead, "now": s.Now}
	base := greatest + "(send_rates.tat, " + now + ")"
	reserve := "INSERT INTO send_rates (connection_id, chat_id, tenant_id, tat, paused_until) " +
		"VALUES (@connection, @chat, @tenant, " + now + " + CAST(@step AS BIGINT), 0) " +
		"ON CONFLICT (connection_id, chat_id) DO UPDATE SET tat = " + base + " + CAST(@step AS BIGINT) " +
		"WHERE send_rates.tenant_id = @tenant AND " + base + " - CAST(@overdraw AS BIGINT) <= " + now + " + CAST(@ahead AS BIGINT) " +
		"AND send_rates.paused_until <= " + now + " " +
		"RETURNING tat - CAST(@step AS BIGINT) - CAST(@overdraw AS BIGINT) - " + now
	rows, err := slotRows(db, reserve, args)
	if err != nil {
		return 0, false, fmt.Errorf("reserve a slot: %w", err)
	}
	if len(rows) == 1 {
		return max(0, rows[0]), true, nil
	}
	ask := "SELECT " + greatest + "(tat - CAST(@overdraw AS BIGINT), paused_until) - " + now +
		" FROM send_rates WHERE connection_id = @connection AND chat_id = @chat AND tenant_id = @tenant"
	rows, err = slotRows(db, ask, args)
	if err != nil {
		return 0, false, fmt.Errorf("read a rate: %w", err)
	}
	if len(rows) == 0 {
		return 0, false, fmt.Errorf("the rate of connection %s belongs to another tenant", s.Connection)
	}
	return max(0, rows[0]), false, nil
}

// PauseRate parks a bot or one of its chats: nothing is reserved for so many microseconds.
func PauseRate(db *gorm.DB, s Slots, length int64) error {
	now, greatest := sqliteNow, "MAX"
	if db.Name() == "postgres" {
		now, greatest = postgresNow, "GREATEST"
	}
	const insert = "INSERT INTO send_rates (connection_id, chat_id, tenant_id, tat, paused_until) VALUES (@connection, @chat, @tenant, 0, %s + CAST(@length AS BIGINT)) " +
		"ON CONFLICT (connection_id, chat_id) DO UPDATE SET paused_until = %s(send_rates.paused_until, %s + CAST(@length AS BIGINT)) WHERE send_rates.tenant_id = @tenant"
	args := map[string]any{"tenant": s.Tenant, "connection": s.Connection, "chat": s.Chat, "length": length, "now": s.Now}
	if err := allow(db).Exec(fmt.Sprintf(insert, now, greatest, now), args).Error; err != nil {
		return fmt.Errorf("pause a rate: %w", err)
	}
	return nil
}

func slotRows(db *gorm.DB, query string, args map[string]any) ([]int64, error) {
	rows, err := allow(db).Raw(query, args).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
