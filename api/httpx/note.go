package httpx

import "github.com/promostack/promostack/models"

// Note is what went wrong with something that a person looks at later.
type Note struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}

// NoteOf is a row's note as it is shown, or nil.
func NoteOf(n *models.Note) *Note {
	if n == nil {
		return nil
	}
	return &Note{n.Code, n.Message, n.Remedy}
}
