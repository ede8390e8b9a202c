package api

import "github.com/promostack/promostack/api/openapi"

// What the tests of the document look at.
var (
	Areas        = areas
	Describe     = document
	DocumentPath = documentPath
)

// Document is the document of the program's own routes, which need no services to be listed.
func Document() (*openapi.Document, error) { return document((&Server{}).Table(), areas(), "test") }
