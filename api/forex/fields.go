package forex

import (
	"errors"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
)

// named gives the fields of an error the names that a request has for them, where the engines' are others.
func named(err error, names map[string]string) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	renamed := *f
	renamed.Fields = make([]fault.Field, len(f.Fields))
	for i, field := range f.Fields {
		head, rest, dotted := strings.Cut(field.Name, ".")
		if name, ok := names[field.Name]; ok {
			field.Name = name
		} else if name, ok := names[head]; ok {
			field.Name = name
		} else if name, ok := names["."+rest]; ok && dotted {
			field.Name = head + "." + name
		}
		renamed.Fields[i] = field
	}
	return &renamed
}
