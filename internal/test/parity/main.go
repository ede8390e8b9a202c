// Command parity writes what the browser's renderer is compared with: fonts and emoji as they are
// served, backgrounds, and the pictures that the server draws. The tests in web/test/render run it.
//
//	go run ./internal/test/parity -out FOLDER [-pictures]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/test/vectors"
)

func main() {
	out := flag.String("out", "", "folder to write to")
	pictures := flag.Bool("pictures", false, "draw the pictures too")
	flag.Parse()
	if err := run(*out, *pictures); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// picture is one row of pictures.json.
type picture struct {
	Template   render.Template   `json:"template"`
	Size       string            `json:"size"`
	Kind       string            `json:"kind"`
	Scale      int               `json:"scale"`
	Values     map[string]string `json:"values"`
	Background string            `json:"background"`
	File       string            `json:"file"`
}

func run(out string, pictures bool) error {
	fonts, err := render.LoadFonts(assets.Fonts())
	if err != nil {
		return err
	}
	emoji, err := render.LoadEmoji(assets.Emoji())
	if err != nil {
		return err
	}
	w := writer{dir: out}
	w.json("fonts.json", map[string]any{"fonts": fonts.Manifest(), "emoji": "/fonts/emoji.json", "engine_version": render.EngineVersion})
	w.bytes("fonts/emoji.json", emoji.Manifest())
	for _, f := range fonts.Manifest() {
		data, _ := fonts.JSON(f.Hash)
		w.bytes("fonts/"+f.Hash+".json", data)
	}
	if pictures && w.err == nil {
		w.err = draw(&w, render.NewEngine(fonts, emoji), emoji)
	}
	return w.err
}

func draw(w *writer, e *render.Engine, emoji *render.Emoji) error {
	logo := demo.Logo()
	w.png("logo.png", logo)
	photo := image.Image(nil)
	var rows []picture
	for n, d := range demo.Catalog() {
		meta, backgrounds := d.Draw()
		if photo == nil {
			photo = backgrounds["square.png"]
			w.png("photo.png", photo)
		}
		for i, s := range meta.Sizes {
			background := d.Slug + "-" + s.Background
			w.png(background, backgrounds[s.Background])
			for j, kind := range vectors.Kinds() {
				if (i+j+n)%5 != 0 && (kind != "emoji" || i != 0) { // every kind and every size, not each pair of them
					continue
				}
				row := picture{Template: meta, Size: s.Name, Kind: kind, Scale: 1 + i/2, Values: vectors.Values(meta, kind),
					Background: background, File: fmt.Sprintf("%s-%s-%s.server.png", d.Slug, s.Name, kind)}
				if err := drawOne(w, e, emoji, row, backgrounds[s.Background], photo, logo); err != nil {
					return err
				}
				rows = append(rows, row)
			}
		}
	}
	outlined, err := drawOutlined(w, e, emoji, photo, logo)
	if err != nil {
		return err
	}
	w.json("pictures.json", append(rows, outlined...))
	return w.err
}

// drawOutlined draws texts with outlines, soft shadows and opacity, which no demo template has all of.
func drawOutlined(w *writer, e *render.Engine, emoji *render.Emoji, background, logo image.Image) ([]picture, error) {
	meta := vectors.Difficult().Template
	w.png("difficult.png", background)
	var rows []picture
	for scale := 1; scale <= 2; scale++ {
		row := picture{Template: meta, Size: "one", Kind: "outlined", Scale: scale, Background: "difficult.png",
			Values: map[string]string{"text": "Save 35% now ★", "link": "https://a.example"}, File: fmt.Sprintf("difficult-%d.server.png", scale)}
		if err := drawOne(w, e, emoji, row, background, nil, logo); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func drawOne(w *writer, e *render.Engine, emoji *render.Emoji, row picture, background, photo, logo image.Image) error {
	images := map[string]image.Image{}
	for _, f := range row.Template.Fields {
		if f.Kind == render.KindImage && photo != nil {
			images[f.Name] = photo
		}
	}
	img, layout, err := e.Draw(context.Background(), render.Scene{Template: &row.Template, Size: row.Size, Values: row.Values,
		Background: background, Images: images, Logo: logo, Scale: row.Scale})
	if err != nil {
		return fmt.Errorf("%s: %w", row.File, err)
	}
	w.png(row.File, img.RGBA)
	img.Release()
	for _, l := range layout.Layers {
		if l.Text == nil {
			continue
		}
		for _, em := range l.Text.Emoji {
			data, _ := emoji.PNG(em.Key)
			w.bytes("fonts/emoji/"+em.Key+".png", data)
		}
	}
	return w.err
}

// writer writes files until the first error.
type writer struct {
	dir string
	err error
}

func (w *writer) bytes(name string, data []byte) {
	if w.err != nil {
		return
	}
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if w.err = os.MkdirAll(filepath.Dir(path), 0o755); w.err == nil {
		w.err = os.WriteFile(path, data, 0o644)
	}
}

func (w *writer) json(name string, v any) {
	data, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.bytes(name, data)
}

func (w *writer) png(name string, img image.Image) {
	if w.err != nil {
		return
	}
	var f *os.File
	if f, w.err = os.Create(filepath.Join(w.dir, name)); w.err != nil {
		return
	}
	w.err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, img)
	if err := f.Close(); w.err == nil {
		w.err = err
	}
}
