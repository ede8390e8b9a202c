package journeys

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
)

// What a journey's file says about itself.
const (
	FileKind   = "journey"
	FileFormat = 1
)

// File is a journey on its way to another tenant or another installation. Photos are uploads, which stay
// where they are.
type File struct {
	PromoStack string          `json:"promostack"`
	Format     int             `json:"format"`
	Name       string          `json:"name"`
	Definition json.RawMessage `json:"definition"`
}

// Export returns a journey's draft as a file.
func (s *Service) Export(ctx context.Context, id string) (*File, error) {
	j, err := s.store.Journeys.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return &File{PromoStack: FileKind, Format: FileFormat, Name: j.Name, Definition: json.RawMessage(j.Draft)}, nil
}

// Import creates a draft from a file.
func (s *Service) Import(ctx context.Context, f File) (*View, error) {
	var wrong fault.Fields
	if f.PromoStack != FileKind {
		wrong.Add("promostack", "not_a_journey", "The file is not a journey that PromoStack exported")
	} else if f.Format != FileFormat {
		wrong.Add("format", "unknown_format", "This program reads format %d; the file says %d", FileFormat, f.Format)
	}
	if err := wrong.Err("journey_file", "The file can't be read as a journey"); err != nil {
		return nil, err
	}
	d, err := Read(f.Definition)
	if err != nil {
		return nil, err
	}
	return s.Create(ctx, f.Name, d)
}

// Read reads a definition that is the member "definition" of what somebody sent: the fields of its errors
// are named so. Lists that are left out are empty.
func Read(text json.RawMessage) (*journey.Definition, error) {
	if text = bytes.TrimSpace(text); len(text) == 0 || string(text) == "null" {
		return nil, fault.InvalidField("definition", "required", "A journey needs its definition")
	}
	d, err := journey.Parse(text)
	if err != nil {
		return nil, inside(err)
	}
	if d.Connections == nil {
		d.Connections = []string{}
	}
	if d.Triggers == nil {
		d.Triggers = []journey.Trigger{}
	}
	if d.Steps == nil {
		d.Steps = []journey.Step{}
	}
	return d, nil
}

// inside names the fields of a definition's error as members of what holds the definition.
func inside(err error) error {
	e := *fault.From(err)
	fields := make([]fault.Field, len(e.Fields))
	for i, f := range e.Fields {
		if f.Name != "definition" || f.Code != "wrong_type" { // that one is about the definition as a whole
			f.Name = "definition." + f.Name
		}
		fields[i] = f
	}
	e.Fields = fields
	return &e
}
