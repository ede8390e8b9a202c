package promo

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
	service "github.com/promostack/promostack/internal/service/promo"
)

// Describe describes the routes of this area.
func Describe() []openapi.Area {
	return []openapi.Area{
		{Name: "Templates", Text: "What images are made of: metadata in versions, with backgrounds.", Routes: describeTemplates()},
		{Name: "Rendering", Text: "Finished images, and what they need.", Routes: describeRendering()},
		{Name: "Coupons", Text: "What the CRM says of codes.", Routes: describeCoupons()},
		{Name: "Bulk", Text: "Archives of images from a file of values.", Routes: describeBulk()},
		{Name: "Files", Text: "What browsers fetch without signing in.", Routes: describeFiles()},
	}
}

func oneTemplate(status int, text string, headers map[string]string) []openapi.Answer {
	return []openapi.Answer{{Status: status, Text: text, Headers: headers, Content: openapi.JSON(openapi.Writes[templateDetail]())}}
}

// draft is a template's metadata with its backgrounds, as people hand it in.
var draft = openapi.Reads[service.Draft]("TemplateDraft", func(o *openapi.Schema) {
	o.Require("meta")
	o.Properties["meta"] = openapi.SchemaRef("Template")
	o.Properties["backgrounds"].Says("The upload of each background file that the metadata names. Those that the template already has may be left out.")
})

func describeTemplates() map[string]openapi.Description {
	created := openapi.VersionTag()
	created["Location"] = "The template's address."
	draftBody := &openapi.Body{Content: openapi.JSON(draft)}
	return map[string]openapi.Description{
		"GET /api/v1/templates": {
			ID: "listTemplates", Summary: "The templates, the last changed first",
			Query: openapi.Paging(
				openapi.Query("q", openapi.String(), "Finds this text in names, descriptions and categories."),
				openapi.Query("state", openapi.Enum("published", "draft"), "Only those."),
			),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[templateSummary]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: "A parameter is wrong; `fields` says which."},
		},
		"POST /api/v1/templates": {
			ID: "createTemplate", Summary: "Make a template with a first draft", Body: draftBody,
			Answers:  oneTemplate(http.StatusCreated, "The template.", created),
			Refusals: map[int]string{http.StatusConflict: "`slug_taken`, or `idempotency_in_progress`."},
		},
		"GET /api/v1/templates/:template": {
			ID: "readTemplate", Summary: "One template",
			Answers: oneTemplate(http.StatusOK, "The template with its published version and its draft.", openapi.VersionTag()),
		},
		"PATCH /api/v1/templates/:template": {
			ID: "patchTemplate", Summary: "Change where a template is offered",
			Body: &openapi.Body{Content: map[string]openapi.Content{
				"application/merge-patch+json": openapi.Is(openapi.SchemaRef("TemplatePatch")),
				"application/json":             openapi.Reads[templatePatch]("TemplatePatch", nil),
			}},
			Answers: oneTemplate(http.StatusOK, "The template.", openapi.VersionTag()),
		},
		"PUT /api/v1/templates/:template/draft": {
			ID: "saveDraft", Summary: "Replace a template's draft", Body: draftBody,
			Answers: oneTemplate(http.StatusOK, "The template.", openapi.VersionTag()),
		},
		"POST /api/v1/templates/:template/publish": {
			ID: "publishTemplate", Summary: "Make the draft the next version",
			Answers:  oneTemplate(http.StatusOK, "The template. Its previews follow.", openapi.VersionTag()),
			Refusals: map[int]string{http.StatusConflict: "`nothing_to_publish`, or `idempotency_in_progress`."},
		},
	}
}

// wish is the request for an image.
var wish = openapi.Reads[service.Request]("RenderRequest", func(o *openapi.Schema) {
	o.Require("template")
	o.Properties["template"].Says("An id or a slug.")
	o.Properties["values"].Says("By field. An image field's value is an upload's id.")
	o.Properties["format"].Enum = []string{service.FormatJPEG, service.FormatPNG}
	o.Properties["scale"] = openapi.Integer(1, 2)
	o.Properties["size"].Says("A size's name; without it, the template's first.")
	o.Properties["logo"].Says("brand (the default), none, or an upload's id.")
})

// picture is an answer that is an image.
func picture(text string) openapi.Answer {
	return openapi.Answer{Status: http.StatusOK, Text: text,
		Content: map[string]openapi.Content{"image/jpeg": openapi.Bytes(), "image/png": openapi.Bytes()},
		Headers: map[string]string{
			"ETag":                "A hash of everything that determines the pixels.",
			"Content-Disposition": "The image's file name.",
			"X-Promo-Warnings":    "A JSON list of texts that had to be cut, or that another font stands in for.",
			"X-Promo-Cache":       "hit or miss.",
		}}
}

const unpublished = "`not_published`: the template is a draft."

// unrendered is why no image is made for a request that is valid in itself.
func unrendered() map[int]string {
	return map[int]string{http.StatusNotFound: "`template_not_found`.", http.StatusConflict: unpublished}
}

func describeRendering() map[string]openapi.Description {
	body := &openapi.Body{Content: openapi.JSON(wish)}
	return map[string]openapi.Description{
		"POST /api/v1/promos/render": {
			ID: "render", Summary: "Make an image", Body: body,
			Answers: []openapi.Answer{picture("The image itself.")}, Refusals: unrendered(),
		},
		"POST /api/v1/promos/links": {
			ID: "makeLink", Summary: "Make a signed address of an image", Body: body,
			Text: "The address works for 90 days without signing in. The coupon is checked now and at each visit.",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The address.",
				Content: openapi.JSON(openapi.Writes[linkOut]())}},
			Refusals: unrendered(),
		},
		"POST /api/v1/uploads": {
			ID: "upload", Summary: "Send a picture: JPEG, PNG, GIF or WebP",
			Body: &openapi.Body{Text: "Up to 20 MB and 40 megapixels.", Content: map[string]openapi.Content{
				"multipart/form-data": openapi.Is(openapi.Object(map[string]*openapi.Schema{"file": file("image/*")}, "file")),
			}},
			Answers: []openapi.Answer{{Status: http.StatusCreated, Text: "The upload.", Content: openapi.JSON(openapi.Writes[uploadOut]())}},
		},
		"GET /api/v1/brand": {
			ID: "readBrand", Summary: "The tenant's name and logo",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The brand.", Content: openapi.JSON(openapi.Writes[brandOut]())}},
		},
		"GET /api/v1/fonts": {
			ID: "listFonts", Summary: "The fonts and where their outlines are",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The fonts.", Content: openapi.JSON(openapi.Writes[fontsOut]())}},
		},
	}
}

// file is a file in a form.
func file(kind string) *openapi.Schema {
	return &openapi.Schema{Type: openapi.Types{"string"}, ContentMediaType: kind}
}
