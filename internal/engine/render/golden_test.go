package render_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/test/vectors"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden layouts anew")

func newEngine(t testing.TB) *render.Engine {
	t.Helper()
	fonts, err := render.LoadFonts(assets.Fonts())
	require.NoError(t, err)
	emoji, err := render.LoadEmoji(assets.Emoji())
	require.NoError(t, err)
	return render.NewEngine(fonts, emoji)
}

// The layouts of all demo templates, and of a template that is made to be difficult, stay what they
// are. web/test/render/layout.test.mjs compares the browser's layouts with the same files.
func TestGoldenLayouts(t *testing.T) {
	e := newEngine(t)
	for _, g := range vectors.All() {
		t.Run(g.Template.Slug, func(t *testing.T) {
			got := g.Fill(e)
			path := filepath.Join("testdata", "golden", g.Template.Slug+".json")
			if *update {
				require.NoError(t, os.WriteFile(path, vectors.Encode(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err, "run go test -run TestGoldenLayouts -update")
			if !bytes.Equal(want, vectors.Encode(got)) {
				var old vectors.Group
				require.NoError(t, json.Unmarshal(want, &old))
				for i := range got.Cases {
					require.JSONEq(t, string(mustJSON(old.Cases[i])), string(mustJSON(got.Cases[i])), "case %d", i)
				}
				t.Fatal("the golden layouts differ in form only: run with -update")
			}
		})
	}
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}
