package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

func renderCommand() *cobra.Command {
	var (
		request promo.Request
		set     []string
		images  []string
		logo    string
		out     string
		owner   string
	)
	cmd := &cobra.Command{
		Use:   "render",
		Short: "Make one promo image",
		Example: `  promostack render --template gold-coupon --set code=GOLD35 --set headline="Save 35%" --out coupon.jpg
  promostack render --template gold-coupon --size story --scale 2 --set code=GOLD35 --set headline="Save 35%" --out story.png`,
		Args: cobra.NoArgs,
	}
	data := dataFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&request.Template, "template", "", "slug or id of the template")
	f.StringArrayVar(&set, "set", nil, "value of a field, name=value; may be repeated")
	f.StringArrayVar(&images, "image", nil, "picture of an image field, name=file; may be repeated")
	f.StringVar(&request.Size, "size", "", "size of the template (default: its first)")
	f.IntVar(&request.Scale, "scale", 1, "1 or 2 device pixels for each pixel of the layout")
	f.StringVar(&request.Format, "format", "", "jpeg or png (default: as --out ends)")
	f.StringVar(&logo, "logo", "brand", "brand, none, or a picture's file")
	f.StringVar(&out, "out", "", "file to write")
	f.StringVar(&owner, "tenant", "", "slug of the tenant (default: the first one)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := completeRequest(&request, set, out); err != nil {
			return err
		}
		return withApp(cmd, *data, func(ctx context.Context, s *settings, a *app) error {
			if err := a.store.CheckSchema(ctx); err != nil {
				return err
			}
			if err := s.startServices(ctx); err != nil {
				return err
			}
			ctx, err := withTenant(ctx, a.store, owner)
			if err != nil {
				return err
			}
			if err := uploadFiles(ctx, a.promo, &request, images, logo); err != nil {
				return err
			}
			img, err := a.promo.Render(ctx, request, "cli")
			if err != nil {
				return err
			}
			for _, w := range img.Warnings {
				cmd.PrintErrf("warning: %s: %s\n", w.Layer, w.Message)
			}
			if err := os.WriteFile(out, img.Data, 0o644); err != nil {
				return fault.New(fault.Invalid, "cannot_write", "%s can't be written", out).WithCause(err)
			}
			cmd.Printf("%s: %d×%d, %d KB\n", out, img.Width, img.Height, (len(img.Data)+1023)/1024)
			return nil
		})
	}
	return cmd
}

// completeRequest reads --set and finds the format from the file's name.
func completeRequest(r *promo.Request, set []string, out string) error {
	var wrong fault.Fields
	r.Values = map[string]string{}
	for _, kv := range set {
		name, value, ok := strings.Cut(kv, "=")
		if !ok || name == "" {
			wrong.Add("--set", "malformed", "%q is not name=value", kv)
			continue
		}
		r.Values[name] = value
	}
	if r.Template == "" {
		wrong.Add("--template", "required", "names no template")
	}
	if out == "" {
		wrong.Add("--out", "required", "names no file")
	}
	if r.Format == "" {
		r.Format = promo.FormatJPEG
		switch strings.ToLower(filepath.Ext(out)) {
		case ".png":
			r.Format = promo.FormatPNG
		case ".jpg", ".jpeg", "":
		default:
			wrong.Add("--out", "unknown_format", "ends neither in .jpg nor .png: set --format")
		}
	}
	return wrong.Err("arguments", "The arguments have mistakes")
}

func withTenant(ctx context.Context, store *models.Store, slug string) (context.Context, error) {
	find := store.Tenants.First
	if slug != "" {
		find = func(ctx context.Context) (*models.Tenant, error) { return store.Tenants.BySlug(ctx, slug) }
	}
	t, err := find(ctx)
	if err != nil {
		return nil, err
	}
	return tenant.With(ctx, t.ID), nil
}

// uploadFiles turns the files of --image and --logo into uploads, as a browser would.
func uploadFiles(ctx context.Context, service *promo.Service, r *promo.Request, images []string, logo string) error {
	upload := func(flag, file string) (string, error) {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", fault.InvalidField(flag, "cannot_read", "%s can't be read", file).WithCause(err)
		}
		u, err := service.Upload(ctx, data)
		if err != nil {
			return "", err
		}
		return u.ID, nil
	}
	for _, kv := range images {
		name, file, ok := strings.Cut(kv, "=")
		if !ok || name == "" {
			return fault.InvalidField("--image", "malformed", "%q is not name=file", kv)
		}
		id, err := upload("--image", file)
		if err != nil {
			return err
		}
		r.Values[name] = id
	}
	r.Logo = logo
	if logo != "" && logo != promo.LogoBrand && logo != promo.LogoNone {
		id, err := upload("--logo", logo)
		if err != nil {
			return err
		}
		r.Logo = id
	}
	return nil
}
