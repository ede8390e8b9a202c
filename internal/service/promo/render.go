package promo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"maps"
	"slices"
	"strconv"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// The formats of finished images.
const (
	FormatJPEG = "jpeg"
	FormatPNG  = "png"
)

// What a request's Logo may be besides an upload's id.
const (
	LogoBrand = "brand" // the tenant's own; the default
	LogoNone  = "none"
)

// Request asks for one image. Zero values mean: JPEG, 1×, the template's first size, the
// tenant's own logo.
type Request struct {
	Template string            `json:"template"` // id or slug
	Values   map[string]string `json:"values"`   // by field name; an image field's value is an upload's id
	Format   string            `json:"format"`   // jpeg or png
	Scale    int               `json:"scale"`    // 1 or 2
	Size     string            `json:"size"`     // a size's name
	Logo     string            `json:"logo"`     // brand, none or an upload's id
}

// Image is a finished image.
type Image struct {
	Data        []byte
	ContentType string
	FileName    string
	Hash        string // SHA-256 of everything that determines the pixels
	Width       int    // pixels
	Height      int
	Warnings    []render.Warning
	Cached      bool
}

// job is a request with everything looked up.
type job struct {
	Request
	version  *models.TemplateVersion
	template *render.Template
	size     *render.Size
	files    map[string]models.Background // by image field; the logo under ""
}

// Render makes the image of a request, or returns the one that it made before. Codes of coupon
// fields are checked first: an invalid one is a field error, and when the CRM is away nothing
// is rendered. source names who asks (web, cli, link …) in the records of coupon checks and images.
func (s *Service) Render(ctx context.Context, r Request, source string) (*Image, error) {
	return s.RenderFor(ctx, r, By{Source: source})
}

// RenderFor is Render for somebody: what is recorded of it names them.
func (s *Service) RenderFor(ctx context.Context, r Request, by By) (*Image, error) {
	begun := s.o.Now()
	j, err := s.check(ctx, r, by)
	var img *Image
	if err == nil {
		img, err = s.finish(ctx, j)
	}
	s.record(ctx, j, img, err, by, s.o.Now().Sub(begun))
	return img, err
}

// Fields are what a published template can be given.
func (s *Service) Fields(ctx context.Context, template string) ([]render.Field, error) {
	record, err := s.o.Store.Templates.Get(ctx, template)
	if err != nil {
		return nil, err
	}
	if record.Published == nil {
		return nil, fault.New(fault.Conflict, "not_published", "%s is a draft and can't be rendered yet", record.Name).WithRemedy("Publish it first")
	}
	t, err := s.template(record.Published)
	if err != nil {
		return nil, err
	}
	return t.Fields, nil
}

// Check does all of RenderFor but the drawing, and returns the request with its defaults filled in.
func (s *Service) Check(ctx context.Context, r Request, by By) (Request, error) {
	j, err := s.check(ctx, r, by)
	if err != nil {
		return r, err
	}
	return j.Request, nil
}

// check looks up and checks all of a request. The job comes back with an error too, when it is
// known what was asked for.
func (s *Service) check(ctx context.Context, r Request, by By) (*job, error) {
	j, err := s.prepare(ctx, r)
	if err != nil {
		return nil, err
	}
	if _, err := s.o.Engine.Layout(j.template, j.Size, j.Values); err != nil {
		return j, err
	}
	return j, s.checkCoupons(ctx, j, by)
}

// prepare looks up all that a request names. All mistakes are reported at once.
func (s *Service) prepare(ctx context.Context, r Request) (*job, error) {
	var wrong fault.Fields
	r.Template, r.Size, r.Logo = text.Clean(r.Template), text.Clean(r.Size), text.Clean(r.Logo)
	if r.Template == "" {
		wrong.Add("template", "required", "names no template")
	}
	if r.Format == "" {
		r.Format = FormatJPEG
	}
	if r.Format != FormatJPEG && r.Format != FormatPNG {
		wrong.Add("format", "unknown", "must be jpeg or png")
	}
	if r.Scale == 0 {
		r.Scale = 1
	}
	if r.Scale != 1 && r.Scale != 2 {
		wrong.Add("scale", "out_of_range", "must be 1 or 2")
	}
	if r.Logo == "" {
		r.Logo = LogoBrand
	}
	if err := wrong.Err("render_request", "The request has mistakes"); err != nil {
		return nil, err
	}
	record, err := s.o.Store.Templates.Get(ctx, r.Template)
	if err != nil {
		return nil, err
	}
	if record.Published == nil {
		return nil, fault.New(fault.Conflict, "not_published", "%s is a draft and can't be rendered yet", record.Name).
			WithRemedy("Publish it first")
	}
	j, err := s.jobOf(r, record.Published)
	if err != nil {
		return nil, err
	}
	return j, s.findFiles(ctx, j)
}

// jobOf is a request for a version, without its files.
func (s *Service) jobOf(r Request, version *models.TemplateVersion) (*job, error) {
	t, err := s.template(version)
	if err != nil {
		return nil, err
	}
	r.Values = t.Clean(r.Values)
	if r.Size == "" {
		r.Size = t.Sizes[0].Name
	}
	size, ok := t.Size(r.Size)
	if !ok {
		return nil, fault.InvalidField("size", "unknown", "%s has no size %q", t.Name, r.Size)
	}
	return &job{Request: r, version: version, template: t, size: size, files: map[string]models.Background{}}, nil
}

// findFiles looks up the uploads that the request's image fields and logo name.
func (s *Service) findFiles(ctx context.Context, j *job) error {
	var wrong fault.Fields
	for _, f := range j.template.Fields {
		if id := j.Values[f.Name]; f.Kind == render.KindImage && id != "" {
			if err := s.findUpload(ctx, j, f.Name, "values."+f.Name, id, &wrong); err != nil {
				return err
			}
		}
	}
	switch j.Logo {
	case LogoNone:
	case LogoBrand:
		tenantID, err := tenantOf(ctx)
		if err != nil {
			return err
		}
		owner, err := s.o.Store.Tenants.ByID(ctx, tenantID)
		if err != nil {
			return err
		}
		if owner.LogoUploadID != "" {
			if err := s.findUpload(ctx, j, "", "logo", owner.LogoUploadID, &wrong); err != nil {
				return err
			}
		}
	default:
		if err := s.findUpload(ctx, j, "", "logo", j.Logo, &wrong); err != nil {
			return err
		}
	}
	return wrong.Err("render_request", "The request has mistakes")
}

func (s *Service) findUpload(ctx context.Context, j *job, field, name, id string, wrong *fault.Fields) error {
	u, err := s.o.Store.Uploads.Get(ctx, id)
	switch {
	case err == nil:
		j.files[field] = models.Background{ObjectKey: u.ObjectKey, SHA256: u.SHA256, Width: u.Width, Height: u.Height}
	case fault.Is(err, fault.NotFound):
		wrong.Add(name, "upload_not_found", "names no upload: send the image to /api/v1/uploads first")
	default:
		return err
	}
	return nil
}

// hash names the image by everything that determines its pixels.
func (j *job) hash() string {
	h := sha256.New()
	add := func(parts ...string) {
		for _, p := range parts {
			_, _ = fmt.Fprintf(h, "%d:%s", len(p), p)
		}
	}
	add(strconv.Itoa(render.EngineVersion), j.version.ID, j.Size, strconv.Itoa(j.Scale), j.Format)
	for _, k := range slices.Sorted(maps.Keys(j.Values)) {
		add(k, j.Values[k])
	}
	for _, k := range slices.Sorted(maps.Keys(j.files)) {
		add(k, j.files[k].SHA256)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// finish draws and encodes, once for all who ask for the same image at the same time.
func (s *Service) finish(ctx context.Context, j *job) (*Image, error) {
	hash := j.hash()
	if cached, ok := s.results.Get(hash); ok {
		again := *cached
		again.Cached = true
		return &again, nil
	}
	return s.results.Make(hash, func() (*Image, int, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workLimit)
		defer cancel()
		img, lay, done, err := s.draw(ctx, j)
		if err != nil {
			return nil, 0, err
		}
		defer done()
		var data bytes.Buffer
		if err := encode(&data, img, j.Format); err != nil {
			return nil, 0, err
		}
		return &Image{
			Data: data.Bytes(), ContentType: "image/" + j.Format, Hash: hash, Warnings: lay.Warnings,
			Width: img.Rect.Dx(), Height: img.Rect.Dy(), FileName: fileName(j),
		}, data.Len() + 1024, nil
	})
}

// draw paints the job's picture. The caller encodes it and then calls done, which gives back the
// pixels and their share of the memory.
func (s *Service) draw(ctx context.Context, j *job, shared ...string) (img *render.Picture, lay *render.Layout, done func(), err error) {
	scene := render.Scene{Template: j.template, Size: j.Size, Values: j.Values, Scale: j.Scale, Shared: shared,
		Images: map[string]image.Image{}, ImageKeys: map[string]string{}}
	if name := j.size.Background; name != "" {
		file, ok := j.version.Backgrounds[name]
		if !ok {
			return nil, nil, nil, fault.New(fault.Internal, "background_missing", "The template has no file %s", name)
		}
		p, err := s.picture(ctx, file)
		if err != nil {
			return nil, nil, nil, err
		}
		scene.Background, scene.BackgroundKey = p.img, file.SHA256
	}
	for field, file := range j.files {
		p, err := s.picture(ctx, file)
		if err != nil {
			return nil, nil, nil, err
		}
		if field == "" {
			scene.Logo, scene.LogoKey = p.img, file.SHA256
		} else {
			scene.Images[field], scene.ImageKeys[field] = p.img, file.SHA256
		}
	}
	free, err := s.reserve(ctx, drawnPixel*int64(j.size.Width*j.Scale)*int64(j.size.Height*j.Scale))
	if err != nil {
		return nil, nil, nil, err
	}
	if img, lay, err = s.o.Engine.Draw(ctx, scene); err != nil {
		free()
		return nil, nil, nil, err
	}
	return img, lay, func() { img.Release(); free() }, nil
}

func fileName(j *job) string {
	ext, at := ".jpg", ""
	if j.Format == FormatPNG {
		ext = ".png"
	}
	if j.Scale > 1 {
		at = "@" + strconv.Itoa(j.Scale) + "x"
	}
	return j.template.Slug + "-" + j.Size + at + ext
}

// WarningsJSON encodes warnings for a header: plain ASCII, so that any client can read it.
func WarningsJSON(w []render.Warning) string {
	if len(w) == 0 {
		return "[]"
	}
	b, err := json.Marshal(w)
	if err != nil {
		return "[]"
	}
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r < 0x80 {
			out = append(out, byte(r))
		} else if r > 0xffff {
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		} else {
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return string(out)
}
