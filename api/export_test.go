package api

// What the tests of the document look at.
var (
	Areas        = areas
	Describe     = document
	DocumentPath = documentPath
)
