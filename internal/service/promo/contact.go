package promo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"log/slog"

	"golang.org/x/image/draw"

	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// Measures of a contact sheet, in pixels: three pictures in a row, as a phone shows a photo.
const (
	sheetColumns = 3
	sheetCell    = 320
	sheetGap     = 16
	sheetBadge   = 56
)

// Contact makes one picture of several templates' previews with their numbers, from first on, so
// that a person can choose by what they see. A template without a preview shows its number alone.
func (s *Service) Contact(ctx context.Context, templates []string, first int) (*Image, error) {
	rows := (len(templates) + sheetColumns - 1) / sheetColumns
	columns := min(len(templates), sheetColumns)
	width, height := columns*(sheetCell+sheetGap)+sheetGap, rows*(sheetCell+sheetGap)+sheetGap
	free, err := s.reserve(ctx, 2*drawnPixel*int64(width)*int64(height))
	if err != nil {
		return nil, err
	}
	defer free()
	sheet := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.RGBA{R: 0x11, G: 0x16, B: 0x22, A: 0xff}), image.Point{}, draw.Src)
	name := sha256.New()
	_, _ = fmt.Fprintf(name, "contact %d %d\n", render.EngineVersion, first)
	t := &render.Template{Slug: "contact", Sizes: []render.Size{{Name: "sheet", Width: width, Height: height}}}
	for i, id := range templates {
		cell := image.Rect(0, 0, sheetCell, sheetCell).
			Add(image.Pt(sheetGap+i%sheetColumns*(sheetCell+sheetGap), sheetGap+i/sheetColumns*(sheetCell+sheetGap)))
		sha := s.contactCell(ctx, sheet, cell, id)
		_, _ = fmt.Fprintf(name, "%s %s\n", id, sha)
		badge := image.Rect(cell.Min.X, cell.Min.Y, cell.Min.X+sheetBadge, cell.Min.Y+sheetBadge)
		draw.Draw(sheet, badge, image.NewUniform(color.RGBA{R: 0x0b, G: 0x15, B: 0x33, A: 0xff}), image.Point{}, draw.Src)
		t.Sizes[0].Layers = append(t.Sizes[0].Layers, numberLayer(first+i, badge))
	}
	img, _, err := s.o.Engine.Draw(ctx, render.Scene{Template: t, Size: "sheet", Background: sheet, Scale: 1})
	if err != nil {
		return nil, err
	}
	defer img.Release()
	var data bytes.Buffer
	if err := encode(&data, img, FormatJPEG); err != nil {
		return nil, err
	}
	return &Image{Data: data.Bytes(), ContentType: "image/jpeg", FileName: "templates.jpg", Hash: hex.EncodeToString(name.Sum(nil)), Width: width, Height: height}, nil
}

func numberLayer(number int, badge image.Rectangle) render.Layer {
	return render.Layer{ID: fmt.Sprintf("n%d", number), Type: render.LayerText, Text: fmt.Sprint(number), Font: "montserrat", Weight: 700,
		Box:     render.Box{X: float64(badge.Min.X), Y: float64(badge.Min.Y), Width: sheetBadge, Height: sheetBadge},
		MinSize: 16, MaxSize: 34, LineHeight: 1.1, MaxLines: 1, Color: "#ffffff", Align: "center", VAlign: "middle", Opacity: 1}
}

// contactCell paints a template's first preview into a cell, whole and centred, and returns its
// hash. A picture that can't be loaded leaves the cell empty: the choice still works.
func (s *Service) contactCell(ctx context.Context, sheet *image.RGBA, cell image.Rectangle, template string) string {
	record, err := s.o.Store.Templates.Get(ctx, template)
	if err != nil || record.Published == nil || len(record.Previews) == 0 {
		return ""
	}
	p := record.Previews[0]
	if t, err := s.template(record.Published); err == nil && len(t.Sizes) > 0 {
		for _, other := range record.Previews {
			if other.Size == t.Sizes[0].Name {
				p = other
			}
		}
	}
	picture, err := s.picture(ctx, models.Background{ObjectKey: p.ObjectKey, SHA256: p.SHA256, Width: p.Width, Height: p.Height})
	if err != nil {
		slog.WarnContext(ctx, "a preview is missing on a contact sheet", "template", template, "error", err)
		return ""
	}
	w, h := picture.img.Rect.Dx(), picture.img.Rect.Dy()
	if w >= h {
		w, h = sheetCell, max(1, h*sheetCell/w)
	} else {
		w, h = max(1, w*sheetCell/h), sheetCell
	}
	at := image.Rect(0, 0, w, h).Add(cell.Min).Add(image.Pt((sheetCell-w)/2, (sheetCell-h)/2))
	draw.ApproxBiLinear.Scale(sheet, at, picture.img, picture.img.Rect, draw.Over, nil)
	return p.SHA256
}
