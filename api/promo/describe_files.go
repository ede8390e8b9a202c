package promo

import (
	"net/http"

	"github.com/promostack/promostack/api/openapi"
)

func describeFiles() map[string]openapi.Description {
	known := []openapi.Parameter{openapi.RequestHeader("If-None-Match", "The ETag of what the caller has.")}
	same := openapi.Answer{Status: http.StatusNotModified, Text: "It is what the caller has."}
	return map[string]openapi.Description{
		"GET /fonts/:file": {
			ID: "readFont", Summary: "A font's outlines, or the list of emoji",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "What the browser lays text out with; compressed for clients that accept gzip.",
				Content: openapi.JSON(outlines)}},
		},
		"GET /fonts/emoji/:file": {
			ID: "readEmoji", Summary: "The picture of an emoji",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The picture.", Content: map[string]openapi.Content{"image/png": openapi.Bytes()}}},
		},
		"GET /files/*key": {
			ID: "readFile", Summary: "A file under its signed address",
			Text:    "The key contains slashes, which are not escaped in the address.",
			Query:   append(signature(), openapi.Query("n", openapi.String(), "The name under which it is saved."), openapi.Query("v", openapi.String(), "The beginning of the file's hash.")),
			Headers: known,
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The file.", Content: map[string]openapi.Content{
				"image/*": openapi.Bytes(), "application/zip": openapi.Bytes(),
			}}, same},
		},
		"GET /i/:file": {
			ID: "readLink", Summary: "The image under a signed address",
			Text: "promo.jpg or promo.png. The query says what is on the image: whose it is (o), the template (t), its size (z), scale (x) " +
				"and logo (l), and the values. All of it is signed.",
			Query: append(signature(),
				openapi.Query("o", openapi.String(), "The tenant."), openapi.Query("t", openapi.String(), "The template."),
				openapi.Query("z", openapi.String(), "The size."), openapi.Query("x", openapi.Integer(1, 2), "The scale."),
				openapi.Query("l", openapi.String(), "The logo."),
				openapi.Query("values", openapi.Map(openapi.String()), "The values: v. and the field's name.")),
			Headers: known, Pages: true,
			Answers: []openapi.Answer{picture("The image."), same},
			Refusals: map[int]string{
				http.StatusNotFound:            "`bad_link` or `link_expired`; or what is on the image no longer exists.",
				http.StatusConflict:            unpublished,
				http.StatusUnprocessableEntity: "The coupon is no longer valid, or the template has changed.",
			},
		},
	}
}

// signature is the parameters that make an address valid, and for how long.
func signature() []openapi.Parameter {
	return []openapi.Parameter{
		openapi.Query("e", openapi.Integer(0, 1<<40), "When it ends, in seconds since 1970."),
		openapi.Query("s", openapi.String(), "The signature of the path and all other parameters."),
	}
}

// outlines is a font's outlines, or the list of emoji under the name emoji.json.
func outlines(*openapi.Schemas) *openapi.Schema {
	text, number := openapi.String, func() *openapi.Schema { return &openapi.Schema{Type: openapi.Types{"integer"}} }
	font := openapi.Object(map[string]*openapi.Schema{
		"hash": text(), "family": text(), "weight": number(),
		"units_per_em": number(), "ascent": number(), "descent": number(),
		"fallback": text().Says("The hash of the font with the glyphs that this one lacks."),
		"glyphs":   openapi.Map(&openapi.Schema{Type: openapi.Types{"array"}}).Says("By code point: the advance in font units, and the outline as SVG path data."),
	}, "hash", "family", "weight", "units_per_em", "ascent", "descent", "glyphs")
	emoji := openapi.Object(map[string]*openapi.Schema{
		"keys": openapi.List(text()),
		"url":  text().Says("The address of a picture, with {key} in its place."),
	}, "keys", "url")
	return &openapi.Schema{AnyOf: []*openapi.Schema{font, emoji}}
}
