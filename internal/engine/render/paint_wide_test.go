package render

import (
	"context"
	"image"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func placedText(t *testing.T, e *Engine, text string, size, width float64) *PlacedText {
	t.Helper()
	l := Layer{Type: LayerText, Text: text, Font: "playfair-display", Weight: 700, MinSize: size, MaxSize: size, MaxLines: 9, LineHeight: 1.2,
		Box: Box{X: 150, Y: 150, Width: 700, Height: 500}, Stroke: &Stroke{Color: "#000000", Width: width}}
	placed := &Placed{}
	_, p := e.placeText(&Template{}, &l, []part{{text: text}}, placed)
	require.Nil(t, p)
	return placed.Text
}

// A wide outline is close to the one that measuring to every piece of the edges gives: nowhere a
// pixel off, and on average far below one step of 255.
func TestWideOutlinesArePrecise(t *testing.T) {
	e := testEngine(t)
	for _, size := range []float64{14, 60, 150} {
		text := placedText(t, e, "Save & @ 35% ßoggs", size, 0)
		for _, radius := range []float32{8.5, 20, 61.3, 120} {
			p := &painter{engine: e, img: image.NewRGBA(image.Rect(0, 0, 1000, 800)), scale: 1, scratch: &scratch{}}
			r := p.inkBounds(text).Inset(-int(radius) - 2)
			want, got := p.narrowOutline(text, r, radius).pix, (&painter{engine: e, scale: 1, scratch: &scratch{}}).wideOutline(text, r, radius).pix
			worst, sum := 0, 0
			for i := range want {
				d := int(want[i]) - int(got[i])
				worst, sum = max(worst, d, -d), sum+max(d, -d)
			}
			require.Less(t, worst, 255, "size %g radius %g: less than a pixel off", size, radius)
			require.Less(t, float64(sum)/float64(len(want)), 0.2, "size %g radius %g", size, radius)
		}
	}
}

// The widest outline of the longest text allocates and works in proportion to the pixels.
func TestWidestOutlineOfALongText(t *testing.T) {
	e := testEngine(t)
	template, err := ParseTemplate([]byte(smallTemplate))
	require.NoError(t, err)
	template.Fields[0].MaxLength = 1000
	s := &template.Sizes[0]
	s.Width, s.Height = 1080, 1080
	l := &s.Layers[0]
	l.Box, l.MaxLines, l.Stroke = Box{Width: 1080, Height: 1080}, 40, &Stroke{Color: "#000000", Width: 60}
	img, _, err := e.Draw(context.Background(), Scene{Template: template, Size: "square", Scale: 2,
		Values: map[string]string{"headline": strings.Repeat("§@&gB ", 166)}})
	require.NoError(t, err)
	img.Release()
}
