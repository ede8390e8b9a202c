package rawsql

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// TenantTable is a table with a column tenant_id.
type TenantTable struct {
	Name string
	key  []string // what names a row: the columns of the primary key, or ctid on PostgreSQL
}

// The schema is asked, not a list: a table that is added later is among them by itself.
const (
	sqliteTenantTables = `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'tenant_id' ORDER BY m.name`
	sqliteKey          = `SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk`
	sqliteReferences   = `SELECT m.name AS child, f."table" AS parent FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`

	postgresTenantTables = `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attname = 'tenant_id' AND NOT a.attisdropped ORDER BY c.relname`
	postgresReferences = `SELECT c.relname AS child, p.relname AS parent FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace`
)

// TenantTables lists the tables that have a column tenant_id; one that refers to another stands before it.
func TenantTables(db *gorm.DB) ([]TenantTable, error) {
	names, references := sqliteTenantTables, sqliteReferences
	postgres := db.Name() == "postgres"
	if postgres {
		names, references = postgresTenantTables, postgresReferences
	}
	var tables []string
	if err := allow(db).Raw(names).Scan(&tables).Error; err != nil {
		return nil, fmt.Errorf("list the tenants' tables: %w", err)
	}
	var arrows []struct{ Child, Parent string }
	if err := allow(db).Raw(references).Scan(&arrows).Error; err != nil {
		return nil, fmt.Errorf("list what refers to what: %w", err)
	}
	var out []TenantTable
	for len(tables) > 0 {
		at := slices.IndexFunc(tables, func(name string) bool { // nothing that is left refers to it
			for _, a := range arrows {
				if a.Parent == name && a.Child != name && slices.Contains(tables, a.Child) {
					return false
				}
			}
			return true
		})
		if at < 0 {
			at = 0 // they refer to each other: the references say what goes with what
		}
		table := TenantTable{tables[at], []string{"ctid"}}
		if !postgres {
			table.key = nil
			if err := allow(db).Raw(sqliteKey, table.Name).Scan(&table.key).Error; err != nil {
				return nil, fmt.Errorf("read the key of %s: %w", table.Name, err)
			}
			if len(table.key) == 0 {
				table.key = []string{"rowid"}
			}
		}
		out = append(out, table)
		tables = slices.Delete(tables, at, at+1)
	}
	return out, nil
}

// ClearTenant deletes up to limit rows of a tenant from a table and returns how many there were.
func ClearTenant(db *gorm.DB, table TenantTable, tenant string, limit int) (int64, error) {
	key := strings.Join(table.key, ", ")
	text := fmt.Sprintf("DELETE FROM %s WHERE (%s) IN (SELECT %s FROM %s WHERE tenant_id = ? LIMIT ?)", table.Name, key, key, table.Name)
	if db.Name() == "postgres" { // PostgreSQL finds rows by their place when it is told so
		text = fmt.Sprintf("DELETE FROM %s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %s WHERE tenant_id = ? LIMIT ?))", table.Name, table.Name)
	}
	result := allow(db).Exec(text, tenant, limit)
	if result.Error != nil {
		return 0, fmt.Errorf("clear %s: %w", table.Name, result.Error)
	}
	return result.RowsAffected, nil
}

// CountTenant counts the rows of a tenant in a table.
func CountTenant(db *gorm.DB, table TenantTable, tenant string) (n int64, err error) {
	if err := allow(db).Raw(fmt.Sprintf("SELECT count(*) FROM %s WHERE tenant_id = ?", table.Name), tenant).Row().Scan(&n); err != nil {
		return 0, fmt.Errorf("count %s: %w", table.Name, err)
	}
	return n, nil
}
