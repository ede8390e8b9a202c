package httpx

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/models"
)

// mistake finds the first value of a JSON text that its place in a Go type does not take, and says by its path what is
// wrong with it; nil for none. encoding/json does not tell where the error of a type's own UnmarshalText came from, nor
// which element of a list was wrong, so a text that was refused is gone through once more beside the type.
func mistake(path string, raw json.RawMessage, t reflect.Type) *fault.Error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	raw = bytes.TrimSpace(raw)
	if !readsItself(t) {
		switch kind := t.Kind(); {
		case (kind == reflect.Struct || kind == reflect.Map) && raw[0] == '{':
			return mistakeInObject(path, raw, t)
		case (kind == reflect.Slice || kind == reflect.Array) && raw[0] == '[':
			return mistakeInList(path, raw, t)
		}
	}
	err := json.Unmarshal(raw, reflect.New(t).Interface())
	if err == nil {
		return nil
	}
	if path == "" {
		path = "body"
	}
	return refused(path, raw, t, err).WithCause(err)
}

func mistakeInList(path string, raw json.RawMessage, t reflect.Type) *fault.Error {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		return nil
	}
	for i, element := range elements {
		if wrong := mistake(fmt.Sprintf("%s[%d]", path, i), element, t.Elem()); wrong != nil {
			return wrong
		}
	}
	return nil
}

// mistakeInObject goes through the members in the order in which they stand.
func mistakeInObject(path string, raw json.RawMessage, t reflect.Type) *fault.Error {
	members := json.NewDecoder(bytes.NewReader(raw))
	if _, err := members.Token(); err != nil { // the brace
		return nil
	}
	for members.More() {
		token, err := members.Token()
		name, ok := token.(string)
		var value json.RawMessage
		if err != nil || !ok || members.Decode(&value) != nil {
			return nil
		}
		of := member(t, name)
		if of == nil {
			continue
		}
		at := name
		if path != "" {
			at = path + "." + name
		}
		if wrong := mistake(at, value, of); wrong != nil {
			return wrong
		}
	}
	return nil
}

// member is the type of a member of an object; nil for one that the type does not know.
func member(t reflect.Type, name string) reflect.Type {
	if t.Kind() == reflect.Map {
		return t.Elem()
	}
	for _, f := range reflect.VisibleFields(t) {
		called, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && called == "" || !f.IsExported() || called == "-" {
			continue
		}
		if called == "" {
			called = f.Name
		}
		if strings.EqualFold(called, name) { //nolint:forbidigo // as encoding/json finds it
			return f.Type
		}
	}
	return nil
}

var (
	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func readsItself(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(jsonReader) || readsText(t)
}

func readsText(t reflect.Type) bool { return reflect.PointerTo(t).Implements(textReader) }

// refused says why a value is not taken, in the words of its type where that has some.
func refused(path string, raw json.RawMessage, t reflect.Type, err error) *fault.Error {
	if t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[models.Time]() {
		return fault.InvalidField(path, "not_a_time", "must be a time such as 2026-01-02T13:30:00Z")
	}
	if own, ok := errors.AsType[*fault.Error](err); ok {
		return fault.InvalidField(path, own.Code, "%s", own.Message)
	}
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return fault.InvalidField(path, "malformed", "%s", err)
	}
	given, number := strings.CutPrefix(wrong.Value, "number")
	switch given = strings.TrimSpace(given); { //nolint:forbidigo // of a message of encoding/json
	case number && readsText(t):
		return fault.InvalidField(path, "wrong_type", `must be a text such as "%s", not a number`, fault.Shorten(string(raw)))
	case number && given != "": // one that does not fit
		return fault.InvalidField(path, "wrong_type", "must be %s, not %s", wanted(t), fault.Shorten(given))
	}
	return fault.InvalidField(path, "wrong_type", "must be %s, not %s", wanted(t), wrong.Value)
}

// wanted is what a type is written as in JSON.
func wanted(t reflect.Type) string {
	if readsText(t) {
		return "text"
	}
	switch t.Kind() {
	case reflect.Map, reflect.Struct:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	}
	return "text"
}
