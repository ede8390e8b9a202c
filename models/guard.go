package models

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
)

// tenantField is the Go name of the column that makes a table a tenant's table.
const tenantField = "TenantID"

// platformOwned marks the few models whose tables belong to no tenant. Only a platform context
// reaches them; a model that has neither the mark nor a TenantID is reached by nobody.
type platformOwned interface{ platformOwned() }

// statementTimeout ends a statement whose caller set no limit, so that a database that stopped
// answering without closing its connections looks like one that is away.
const statementTimeout = 10 * time.Second

// guard is the GORM plugin that keeps tenants apart. It works in two layers. Here, before gorm
// builds a statement, it puts the tenant's condition around everything that the caller asked for
// and refuses what it can't scope. In pool.go, after the statement is built, it reads the final
// text and refuses one that does not carry those conditions as they were given.
type guard struct{}

// Name implements gorm.Plugin.
func (guard) Name() string { return "promostack:tenant_guard" }

// Initialize implements gorm.Plugin.
func (g guard) Initialize(db *gorm.DB) error {
	const name, done = "promostack:tenant_guard", "promostack:tenant_guard_done"
	cb := db.Callback()
	for _, err := range []error{
		cb.Query().Before("gorm:query").Register(name, g.query),
		cb.Query().After("gorm:after_query").Register(done, g.done),
		cb.Create().Before("gorm:create").Register(name, g.create),
		cb.Create().After("gorm:after_create").Register(done, g.done),
		cb.Update().Before("gorm:update").Register(name, g.update),
		cb.Update().After("gorm:after_update").Register(done, g.done),
		cb.Delete().Before("gorm:delete").Register(name, g.delete),
		cb.Delete().After("gorm:after_delete").Register(done, g.done),
		cb.Row().Before("gorm:row").Register(name, g.raw),
		cb.Row().After("gorm:row").Register(done, g.done),
		cb.Raw().Before("gorm:raw").Register(name, g.raw),
		cb.Raw().After("gorm:raw").Register(done, g.done),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// raw lets prepared text through from models/rawsql alone.
func (guard) raw(db *gorm.DB) {
	if !rawsql.Allowed(db.Statement.Context) {
		_ = db.AddError(refuse("Raw, Exec, Row and Rows are for models/rawsql"))
	}
}

func (g guard) query(db *gorm.DB) {
	if db.Statement.SQL.Len() > 0 {
		g.raw(db)
		return
	}
	pass, scoped := g.admit(db)
	if !scoped {
		return
	}
	g.scopeJoins(db, pass)
	g.scopeWhere(db, pass)
}

func (g guard) delete(db *gorm.DB) {
	pass, scoped := g.admit(db)
	if !scoped {
		return
	}
	if len(db.Statement.Joins) > 0 {
		_ = db.AddError(refuse("a delete can't join"))
		return
	}
	g.needCondition(db)
	g.scopeWhere(db, pass)
}

func (g guard) update(db *gorm.DB) {
	pass, scoped := g.admit(db)
	if !scoped {
		return
	}
	stmt := db.Statement
	if _, ok := stmt.Clauses["SET"]; ok || len(stmt.Joins) > 0 {
		_ = db.AddError(refuse("an update can't join or bring its own SET"))
		return
	}
	if values, ok := asMap(stmt.Dest); ok {
		g.checkMap(db, values, pass.tenant)
	} else if rv := reflect.Indirect(reflect.ValueOf(stmt.Dest)); rv.Kind() == reflect.Struct {
		g.checkStruct(db, rv, pass.tenant, false)
	} else {
		_ = db.AddError(refuse("an update takes a struct of the model or a map"))
	}
	// A row never moves to another tenant, and a struct with an empty tenant doesn't clear it.
	stmt.Omits = append(slices.Clone(stmt.Omits), stmt.Schema.LookUpField(tenantField).DBName)
	g.needCondition(db)
	g.scopeWhere(db, pass)
}

func (g guard) create(db *gorm.DB) {
	pass, scoped := g.admit(db)
	if !scoped {
		return
	}
	stmt := db.Statement
	if err := g.fill(db, reflect.ValueOf(stmt.Dest), pass.tenant); err != nil {
		_ = db.AddError(err)
		return
	}
	c, ok := stmt.Clauses["ON CONFLICT"]
	if !ok {
		return
	}
	conflict, ok := c.Expression.(clause.OnConflict)
	if !ok || conflict.OnConstraint != "" {
		_ = db.AddError(refuse("an upsert names its columns"))
		return
	}
	column := stmt.Schema.LookUpField(tenantField).DBName
	for _, set := range conflict.DoUpdates {
		// Without the exact name of another column this could be the tenant's, in other letters.
		field := stmt.Schema.LookUpField(set.Column.Name)
		if source, excluded := set.Value.(clause.Column); field == nil ||
			field.DBName == column && (!excluded || source.Table != "excluded" || source.Name != column) {
			_ = db.AddError(refuse("an upsert sets known columns and never the tenant"))
			return
		}
	}
	if !conflict.DoNothing {
		// The existing row may be another tenant's.
		conflict.Where = clause.Where{Exprs: []clause.Expression{guarded{pass.tenant, column, slices.Clone(conflict.Where.Exprs)}}}
		pass.marks++
		stmt.AddClause(conflict)
	}
}

// admit decides whether a statement may run at all and gives it its passport. scoped is false when
// there is nothing more to do: it was refused, or it acts for the platform.
func (guard) admit(db *gorm.DB) (pass *passport, scoped bool) {
	stmt := db.Statement
	if db.Error != nil {
		return nil, false
	}
	if stmt.Schema == nil || stmt.TableExpr != nil || stmt.Table != stmt.Schema.Table || stmt.SQL.Len() > 0 {
		_ = db.AddError(refuse("the statement needs a model and its own table"))
		return nil, false
	}
	pass = &passport{}
	enter := func() {
		ctx := context.WithValue(stmt.Context, passportKey{}, pass)
		pass.outer = stmt.Context
		pass.cancel = func() {}
		if _, ok := ctx.Deadline(); !ok {
			ctx, pass.cancel = context.WithTimeout(ctx, statementTimeout)
		}
		stmt.Context = ctx
	}
	field := stmt.Schema.LookUpField(tenantField)
	_, isPlatform := reflect.New(stmt.Schema.ModelType).Interface().(platformOwned)
	id, isTenant := tenant.From(stmt.Context)
	switch {
	case field == nil && !isPlatform:
		_ = db.AddError(refuse("%s has no %s and is not marked as the platform's", stmt.Schema.Name, tenantField))
		return nil, false
	case tenant.IsPlatform(stmt.Context):
		pass.platform = true
		enter()
		return pass, false
	case isPlatform:
		_ = db.AddError(refuse("%s is the platform's and needs models.Platform", stmt.Schema.Name))
		return nil, false
	case !isTenant:
		_ = db.AddError(refuse("the context names no tenant"))
		return nil, false
	}
	if why := foreignClause(stmt); why != "" {
		_ = db.AddError(refuse("%s", why))
		return nil, false
	}
	pass.tenant = id
	enter()
	return pass, true
}

// foreignClause names a clause of the caller that could widen the statement.
func foreignClause(stmt *gorm.Statement) string {
	for name, c := range stmt.Clauses {
		if c.BeforeExpression != nil || c.AfterNameExpression != nil || c.AfterExpression != nil || c.Builder != nil {
			return "the clause " + name + " has text of its own"
		}
		switch e := c.Expression.(type) {
		case clause.From:
			if len(e.Tables) > 0 || len(e.Joins) > 0 {
				return "FROM has other tables"
			}
			continue
		case clause.Insert:
			if e.Table.Name != "" || e.Modifier != "" {
				return "INSERT has another table or a modifier"
			}
			continue
		case clause.Update:
			if e.Table.Name != "" || e.Modifier != "" {
				return "UPDATE has another table or a modifier"
			}
			continue
		case clause.Delete:
			if e.Modifier != "" {
				return "DELETE has a modifier"
			}
			continue
		}
		switch name {
		case "SELECT", "WHERE", "GROUP BY", "ORDER BY", "LIMIT", "FOR", "ON CONFLICT", "RETURNING", "VALUES", "SET":
		default:
			return "the clause " + name + " is not known"
		}
	}
	return ""
}

// scopeJoins puts the tenant's condition into each join along a relation and refuses the others.
func (guard) scopeJoins(db *gorm.DB, pass *passport) {
	stmt := db.Statement
	stmt.Joins = slices.Clone(stmt.Joins)
	seen := map[string]bool{}
	for i := range stmt.Joins {
		join := &stmt.Joins[i]
		if join.On != nil || join.Expression != nil || len(join.Conds) > 0 || join.Alias != "" {
			_ = db.AddError(refuse("a join is along a relation and has no text of its own"))
			return
		}
		relations := stmt.Schema.Relationships.Relations
		path := ""
		for _, name := range strings.Split(join.Name, ".") {
			relation, ok := relations[name]
			if !ok || relation.FieldSchema.LookUpField(tenantField) == nil {
				_ = db.AddError(refuse("a join is along a relation to a tenant's table"))
				return
			}
			relations = relation.FieldSchema.Relationships.Relations
			if path += "." + name; !seen[path] {
				seen[path] = true
				pass.joins++
				pass.marks++
			}
		}
		join.On = &clause.Where{Exprs: []clause.Expression{guarded{pass.tenant, stmt.Schema.LookUpField(tenantField).DBName, nil}}}
	}
}

// scopeWhere puts all the caller's conditions in brackets beside the tenant's.
func (guard) scopeWhere(db *gorm.DB, pass *passport) {
	stmt := db.Statement
	c := stmt.Clauses["WHERE"]
	where, ok := c.Expression.(clause.Where)
	if c.Expression != nil && !ok {
		_ = db.AddError(refuse("WHERE is not made of conditions"))
		return
	}
	stmt.Clauses["WHERE"] = clause.Clause{Name: "WHERE", Expression: clause.Where{Exprs: []clause.Expression{
		guarded{pass.tenant, stmt.Schema.LookUpField(tenantField).DBName, unwrap(where.Exprs)}}}}
	pass.marks++
}

// unwrap takes the caller's own conditions out of a statement that is used a second time.
func unwrap(exprs []clause.Expression) []clause.Expression {
	var own []clause.Expression
	for _, e := range exprs {
		if g, ok := e.(guarded); ok {
			own = append(own, g.inner...)
		} else {
			own = append(own, e)
		}
	}
	return own
}

// needCondition keeps gorm's own refusal of writes to a whole table, which the tenant's condition
// would satisfy.
func (guard) needCondition(db *gorm.DB) {
	stmt := db.Statement
	if where, ok := stmt.Clauses["WHERE"].Expression.(clause.Where); db.AllowGlobalUpdate || ok && len(unwrap(where.Exprs)) > 0 {
		return
	}
	for _, value := range []any{stmt.Dest, stmt.Model} {
		rv := reflect.Indirect(reflect.ValueOf(value))
		if rv.Kind() == reflect.Slice || rv.Kind() == reflect.Struct && rv.Type() == stmt.Schema.ModelType {
			if _, keys := schema.GetIdentityFieldValuesMap(stmt.Context, rv, stmt.Schema.PrimaryFields); len(keys) > 0 {
				return
			}
		}
	}
	_ = db.AddError(gorm.ErrMissingWhereClause)
}

// done gives the statement its own context back and maps the driver's error.
func (guard) done(db *gorm.DB) {
	if pass, ok := db.Statement.Context.Value(passportKey{}).(*passport); ok && pass.cancel != nil {
		pass.cancel()
		pass.cancel = nil
		db.Statement.Context = pass.outer
	}
	if db.Error != nil {
		db.Error = translate(db.Error)
	}
}

// guarded is the tenant's condition with the caller's in brackets. gorm would put conditions side
// by side, and one with an OR in it would then stand beside the tenant's.
type guarded struct {
	tenant string
	column string
	inner  []clause.Expression
}

// Build implements clause.Expression.
func (g guarded) Build(builder clause.Builder) {
	builder.WriteQuoted(clause.Column{Table: clause.CurrentTable, Name: g.column})
	_, _ = builder.WriteString(" = ")
	builder.AddVar(builder, tenantMark(g.tenant))
	if len(g.inner) > 0 {
		_, _ = builder.WriteString(" AND (")
		clause.Where{Exprs: slices.Clone(g.inner)}.Build(builder) // Build reorders what it is given
		_ = builder.WriteByte(')')
	}
}
