//go:build integration

package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/sandbox/telegram"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

// typedCase is what somebody gave that once went wrong, and the values whose picture it is.
type typedCase struct {
	file     string
	template string // instead of the file's; empty is the file's
	means    map[string]string
}

var typedCases = []typedCase{
	{"03-turkish-upper.json", "yaz", map[string]string{"headline": "YAZ İNDİRİMİ", "button": "HEMEN İNDİR"}},
	{"04-coupon-bom.json", "", map[string]string{"code": "GOLD35"}},
	{"04-coupon-superscript.json", "", map[string]string{"code": "GOLD35"}},
	{"09-link-trailing-space.json", "", map[string]string{"link": "https://example.com/live"}},
	{"09-link-uppercase.json", "", map[string]string{"link": "HTTPS://EXAMPLE.COM/LIVE"}},
}

// door is a way by which values become a picture, as a JPEG file of the template's first size.
type door struct {
	name string
	make func(t *testing.T, s *stack.Stack, template string, values map[string]string) []byte
}

func doors() []door {
	return []door{{"API", byAPI}, {"signed link", byLink}, {"bulk", byBulk}, {"command line", byCommand}, {"promo bot", byBot}}
}

// textsAtEveryDoor holds P3, P5, P6 and P9: whatever was typed, and whichever way it came, the picture is the one of
// the values that are meant.
func textsAtEveryDoor(t *testing.T, s *stack.Stack) {
	turkish(t, s)
	for _, c := range typedCases {
		data, err := os.ReadFile(filepath.Join("testdata", "texts", c.file))
		require.NoError(t, err)
		var given struct {
			Template string
			Values   map[string]string
		}
		require.NoError(t, json.Unmarshal(data, &given))
		if c.template != "" {
			given.Template = c.template
		}
		meant := maps.Clone(given.Values)
		maps.Copy(meant, c.means)
		want := byAPI(t, s, given.Template, meant)
		for _, d := range doors() {
			got := d.make(t, s, given.Template, given.Values)
			require.True(t, bytes.Equal(want, got), "%s by %s: another picture", c.file, d.name)
		}
	}
}

// turkish publishes a template whose language is Turkish, with capitals.
func turkish(t *testing.T, s *stack.Stack) {
	t.Helper()
	var ground bytes.Buffer
	require.NoError(t, png.Encode(&ground, image.NewNRGBA(image.Rect(0, 0, 600, 400))))
	res, body := s.Upload("/api/v1/uploads", nil, "ground.png", ground.Bytes())
	require.Equal(t, http.StatusCreated, res.StatusCode, string(body))
	var upload struct{ ID string }
	require.NoError(t, json.Unmarshal(body, &upload))
	meta := render.Template{Schema: 1, Slug: "yaz", Name: "Yaz", Language: "tr",
		Sizes: []render.Size{{Name: "square", Label: "Square", Width: 600, Height: 400, Background: "ground.png"}}}
	for i, name := range []string{"headline", "discount", "button"} {
		meta.Fields = append(meta.Fields, render.Field{Name: name, Label: strings.ToUpper(name), Kind: render.KindText, MaxLength: 80})
		meta.Sizes[0].Layers = append(meta.Sizes[0].Layers, render.Layer{ID: name, Type: render.LayerText, Field: name, Case: "upper", Font: "inter", Weight: 400,
			Box: render.Box{X: 10, Y: 10 + 130*float64(i), Width: 580, Height: 120}, MinSize: 10, MaxSize: 60})
	}
	var made struct{ ID string }
	header := s.JSON(http.MethodPost, "/api/v1/templates", map[string]any{"meta": meta, "backgrounds": map[string]string{"ground.png": upload.ID}}, nil, http.StatusCreated, &made)
	header = s.JSON(http.MethodPost, "/api/v1/templates/"+made.ID+"/publish", nil, map[string]string{"If-Match": header.Get("ETag")}, http.StatusOK, nil)
	s.JSON(http.MethodPatch, "/api/v1/templates/"+made.ID, map[string]bool{"visible_web": true, "visible_bot": true}, map[string]string{"If-Match": header.Get("ETag")}, http.StatusOK, nil)
}

func byAPI(t *testing.T, s *stack.Stack, template string, values map[string]string) []byte {
	t.Helper()
	res, body := s.Call(http.MethodPost, "/api/v1/promos/render", map[string]any{"template": template, "values": values}, nil)
	require.Equal(t, http.StatusOK, res.StatusCode, string(body))
	return body
}

func byLink(t *testing.T, s *stack.Stack, template string, values map[string]string) []byte {
	t.Helper()
	var link struct{ URL string }
	s.JSON(http.MethodPost, "/api/v1/promos/links", map[string]any{"template": template, "values": values}, nil, http.StatusOK, &link)
	_, path, _ := strings.Cut(link.URL, "/i/")
	res, body := s.Call(http.MethodGet, "/i/"+path, nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode, string(body))
	return body
}

func byBulk(t *testing.T, s *stack.Stack, template string, values map[string]string) []byte {
	t.Helper()
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	names := slices.Sorted(maps.Keys(values))
	row := make([]string, len(names))
	for i, name := range names {
		row[i] = values[name]
	}
	require.NoError(t, w.WriteAll([][]string{names, row}))
	res, body := s.Upload(bulkPath, map[string]string{"template": template, "start": "at_once"}, "values.csv", file.Bytes())
	require.Equal(t, http.StatusAccepted, res.StatusCode, string(body))
	var j bulkJob
	require.NoError(t, json.Unmarshal(body, &j))
	j = watchBulk(t, s.Client, j.ID, "done", isDone)
	require.Equal(t, 1, j.Done, "%+v", j)
	res, body = s.Patient(patience, http.MethodGet, j.Archive.URL, nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	require.NoError(t, err)
	at := slices.IndexFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, ".jpg") })
	require.GreaterOrEqual(t, at, 0)
	r, err := z.File[at].Open()
	require.NoError(t, err)
	data, err := io.ReadAll(r)
	require.NoError(t, err)
	return data
}

func byCommand(t *testing.T, s *stack.Stack, template string, values map[string]string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "out.jpg")
	args := []string{"render", "--data", s.Data, "--template", template, "--out", file}
	for name, value := range values {
		args = append(args, "--set", name+"="+value)
	}
	out, err := stack.Run(t, nil, args...)
	require.NoError(t, err, out)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return data
}

func byBot(t *testing.T, s *stack.Stack, template string, values map[string]string) []byte {
	t.Helper()
	var about struct{ Meta render.Template }
	s.JSON(http.MethodGet, "/api/v1/templates/"+template, nil, nil, http.StatusOK, &about)
	sim := bots.At(t, s.Base)
	p := &person{t: t, sim: sim, bot: chatBot, name: "Ada of " + template, step: func() {}}
	p.id = sim.Person(p.name)
	p.says("/start t-" + template)
	if len(about.Meta.Sizes) > 1 {
		p.waits("Which size", about.Meta.Sizes[0].Label)
		p.presses(about.Meta.Sizes[0].Label)
	}
	for _, f := range about.Meta.Fields {
		p.waits(f.Label, "Cancel")
		if value := values[f.Name]; value != "" {
			p.says(value)
		} else {
			p.presses("Leave it out")
		}
	}
	p.waits(about.Meta.Name, "Change a value")
	list := p.messages()
	photo := list[len(list)-1].Photo
	require.NotEmpty(t, photo)
	res, body := s.Call(http.MethodGet, telegram.Control+"/files/"+photo[len(photo)-1].FileID, nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode, string(body))
	return body
}
