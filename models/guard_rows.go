package models

import (
	"reflect"

	"gorm.io/gorm"
)

// fill sets the tenant in each row to be created and refuses a row that names another one.
func (g guard) fill(db *gorm.DB, rv reflect.Value, id string) error {
	for rv.Kind() == reflect.Pointer || rv.Kind() == reflect.Interface {
		rv = rv.Elem()
	}
	switch rv.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range rv.Len() {
			if err := g.fill(db, rv.Index(i), id); err != nil {
				return err
			}
		}
		return nil
	case reflect.Struct:
		g.checkStruct(db, rv, id, true)
		return db.Error
	case reflect.Map:
		values, ok := asMap(rv.Interface())
		if !ok || values == nil {
			return refuse("a row is a struct of the model or a map")
		}
		g.checkMap(db, values, id)
		if db.Error == nil {
			for key := range values {
				if db.Statement.Schema.LookUpField(key).Name == tenantField {
					return nil
				}
			}
			values[db.Statement.Schema.LookUpField(tenantField).DBName] = id
		}
		return db.Error
	}
	return refuse("a row is a struct of the model or a map")
}

// checkStruct refuses a struct of another type or of another tenant, and fills in an empty tenant.
func (guard) checkStruct(db *gorm.DB, rv reflect.Value, id string, set bool) {
	stmt := db.Statement
	if rv.Type() != stmt.Schema.ModelType {
		_ = db.AddError(refuse("a %s can't be written as a %s", rv.Type(), stmt.Schema.Name))
		return
	}
	field := stmt.Schema.LookUpField(tenantField)
	value, zero := field.ValueOf(stmt.Context, rv)
	switch {
	case zero && set && !rv.CanAddr():
		_ = db.AddError(refuse("a row is created from a pointer"))
	case zero && set:
		_ = db.AddError(field.Set(stmt.Context, rv, id))
	case !zero && value != id:
		_ = db.AddError(refuse("the row is another tenant's"))
	}
}

// checkMap refuses keys that are not columns and a tenant that is not the context's.
func (guard) checkMap(db *gorm.DB, values map[string]any, id string) {
	for key, value := range values {
		field := db.Statement.Schema.LookUpField(key)
		if field == nil {
			_ = db.AddError(refuse("%q is no column of %s", key, db.Statement.Schema.Name))
			return
		}
		if field.Name == tenantField && value != id {
			_ = db.AddError(refuse("the row is another tenant's"))
			return
		}
	}
}

func asMap(value any) (map[string]any, bool) {
	switch v := value.(type) {
	case map[string]any:
		return v, true
	case *map[string]any:
		return *v, v != nil
	}
	return nil, false
}
