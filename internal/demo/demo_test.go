package demo

import (
	"context"
	"crypto/sha256"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/stretchr/testify/require"
)

func parts(t testing.TB) (*render.FontSet, *render.Emoji) {
	t.Helper()
	fonts, err := render.LoadFonts(assets.Fonts())
	require.NoError(t, err)
	emoji, err := render.LoadEmoji(assets.Emoji())
	require.NoError(t, err)
	return fonts, emoji
}

// Every design is valid, has all sizes, and shows its samples without a warning. With
// DEMO_PICTURES set to a folder the pictures are kept there for a look.
func TestCatalog(t *testing.T) {
	fonts, emoji := parts(t)
	e := render.NewEngine(fonts, emoji)
	require.GreaterOrEqual(t, len(Catalog()), 6)
	for _, d := range Catalog() {
		meta, backgrounds := d.Draw()
		require.Equal(t, d.Meta(), meta)
		require.NoError(t, meta.Validate(fonts, emoji))
		require.Len(t, meta.Sizes, 3)
		values := map[string]string{}
		for _, f := range meta.Fields {
			if f.Kind != render.KindImage {
				values[f.Name] = f.Sample
			}
		}
		for _, s := range meta.Sizes {
			bg := backgrounds[s.Background]
			require.Equal(t, image.Rect(0, 0, s.Width, s.Height), bg.Bounds())
			img, layout, err := e.Draw(context.Background(), render.Scene{Template: &meta, Size: s.Name, Values: values, Background: bg, Logo: Logo()})
			require.NoError(t, err, "%s %s", d.Slug, s.Name)
			require.Empty(t, layout.Warnings, "%s %s", d.Slug, s.Name)
			if dir := os.Getenv("DEMO_PICTURES"); dir != "" {
				f, err := os.Create(filepath.Join(dir, d.Slug+"-"+s.Name+".png"))
				require.NoError(t, err)
				require.NoError(t, (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, img.RGBA))
				require.NoError(t, f.Close())
			}
			img.Release()
		}
	}
}

// A picture without its optional values has nothing that stands for one: no empty button, no caption alone.
func TestOptionalValuesLeaveNothingBehind(t *testing.T) {
	fonts, emoji := parts(t)
	e := render.NewEngine(fonts, emoji)
	for _, d := range Catalog() {
		meta := d.Meta()
		values := map[string]string{}
		for _, f := range meta.Fields {
			if f.Required {
				values[f.Name] = f.Sample
			}
		}
		for _, s := range meta.Sizes {
			layout, err := e.Layout(&meta, s.Name, values)
			require.NoError(t, err)
			there := map[string]bool{}
			for _, l := range layout.Layers {
				there[l.ID] = true
			}
			for _, l := range s.Layers {
				if l.When != "" {
					require.Equal(t, values[l.When] != "", there[l.ID], "%s %s %s", d.Slug, s.Name, l.ID)
				}
			}
		}
	}
}

func TestDrawingIsDeterministic(t *testing.T) {
	d := Catalog()[0]
	_, first := d.Draw()
	_, second := d.Draw()
	for name := range first {
		require.Equal(t, sum(first[name]), sum(second[name]), name)
	}
	require.Equal(t, sum(Logo()), sum(Logo()))
}

func sum(img image.Image) [32]byte { return sha256.Sum256(img.(*image.RGBA).Pix) }

func BenchmarkDrawAllBackgrounds(b *testing.B) {
	for b.Loop() {
		for _, d := range Catalog() {
			d.Draw()
		}
	}
}
