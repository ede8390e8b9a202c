package render

import (
	"maps"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/base/text"
)

// Clean is what people gave for the template's fields as it is checked, drawn, sent and recorded: running
// texts and addresses as internal/base/text has them, coupon codes as the CRM is asked about them. What no
// field is named after stays as it is, and so does what Layout refuses for its length or its bytes. The
// browser's is cleanValues in web/static/js/render/clean.js.
func (t *Template) Clean(values map[string]string) map[string]string {
	out := maps.Clone(values)
	for i := range t.Fields {
		f := &t.Fields[i]
		value, given := out[f.Name]
		if !given || len(value) > maxTextBytes || !utf8.ValidString(value) {
			continue
		}
		switch {
		case f.Coupon:
			value = text.Code(value)
		case f.Kind == KindText:
			value = text.Running(value)
		default:
			value = text.Clean(value)
		}
		out[f.Name] = value
	}
	return out
}
