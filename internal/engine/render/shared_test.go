package render_test

import (
	"bytes"
	"image"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/test/vectors"
)

// drawFile renders a scene to its pixels and a JPEG file.
func drawFile(t *testing.T, e *render.Engine, s render.Scene) (pixels, jpeg []byte) {
	t.Helper()
	img, _, err := e.Draw(t.Context(), s)
	require.NoError(t, err)
	defer img.Release()
	var b bytes.Buffer
	require.NoError(t, img.EncodeJPEG(&b, 90))
	return bytes.Clone(img.Pix), b.Bytes()
}

// Whatever fields a scene shares with others, its picture is that of the scene alone, also when a
// shared layer lies over one that is not.
func TestSharedValuesChangeNothing(t *testing.T) {
	alone, shared := newEngine(t), newEngine(t)
	logo := demo.Logo()
	for _, d := range demo.Catalog() {
		meta, backgrounds := d.Draw()
		var fields []string
		for _, f := range meta.Fields {
			fields = append(fields, f.Name)
		}
		sets := [][]string{fields, slices.Concat(fields[1:], []string{"no-such-field"})}
		for _, f := range fields {
			sets = append(sets, []string{f})
		}
		stacked := meta // every layer where the first text is: each lies over the ones before
		stacked.Sizes = slices.Clone(meta.Sizes)
		stacked.Sizes[0].Layers = slices.Clone(meta.Sizes[0].Layers)
		for i := range stacked.Sizes[0].Layers {
			stacked.Sizes[0].Layers[i].Box = stacked.Sizes[0].Layers[0].Box
		}
		for _, template := range []*render.Template{&meta, &stacked} {
			scene := render.Scene{Template: template, Size: "square", Values: vectors.Values(meta, "emoji"),
				Background: backgrounds["square.png"], BackgroundKey: meta.Slug, Logo: logo, LogoKey: "logo",
				Images: map[string]image.Image{"photo": logo, "portrait": logo}, ImageKeys: map[string]string{"photo": "p"}}
			wantPixels, wantJPEG := drawFile(t, alone, scene)
			for _, set := range sets {
				scene.Shared = set
				for range 2 { // made, and from the cache
					gotPixels, gotJPEG := drawFile(t, shared, scene)
					require.True(t, bytes.Equal(wantPixels, gotPixels), "%s shares %v", meta.Slug, set)
					require.True(t, bytes.Equal(wantJPEG, gotJPEG), "%s shares %v", meta.Slug, set)
				}
			}
		}
	}
}

// A value that is said to be shared and is not after all costs time, and shows right.
func TestSharedValuesMayDifferAfterAll(t *testing.T) {
	e := newEngine(t)
	meta, backgrounds := demo.Catalog()[0].Draw()
	scene := render.Scene{Template: &meta, Size: "square", Background: backgrounds["square.png"], BackgroundKey: "b"}
	for _, kind := range []string{"short", "emoji", "short"} {
		scene.Values, scene.Shared = vectors.Values(meta, kind), nil
		want, _ := drawFile(t, e, scene)
		scene.Shared = []string{meta.Fields[0].Name}
		got, _ := drawFile(t, e, scene)
		require.True(t, bytes.Equal(want, got), kind)
	}
}
