package promo

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// sourceBulk is who asks for coupon checks of bulk jobs.
const sourceBulk = "bulk"

// couponsAtOnce is how many codes a batch asks the CRM about at the same time.
const couponsAtOnce = 8

// batch makes many images of one version: what they share is looked up once.
type batch struct {
	s     *Service
	of    string // the bulk job's id
	proto *job   // without values

	shared  []string // fields that show the same in all images
	mu      sync.Mutex
	coupons map[string]verdict
}

type verdict struct {
	message string // why the code is refused; empty when it holds
}

// batch prepares for the images of a bulk job.
func (s *Service) batch(ctx context.Context, of *models.BulkJob) (*batch, error) {
	version, err := s.o.Store.Templates.Version(ctx, of.VersionID)
	if err != nil {
		return nil, err
	}
	j, err := s.jobOf(Request{Size: of.Size, Format: of.Format, Scale: of.Scale, Logo: of.Logo}, version)
	if err != nil {
		return nil, err
	}
	j.Values = nil
	return &batch{s: s, of: of.ID, proto: j, coupons: map[string]verdict{}}, s.findFiles(ctx, j)
}

// job is one image of the batch.
func (b *batch) job(ctx context.Context, values map[string]string) (*job, error) {
	j := *b.proto
	j.Values = values
	var wrong fault.Fields
	for _, f := range j.template.Fields {
		if id := values[f.Name]; f.Kind == render.KindImage && id != "" {
			if len(j.files) == len(b.proto.files) {
				j.files = maps.Clone(b.proto.files)
			}
			if err := b.s.findUpload(ctx, &j, f.Name, "values."+f.Name, id, &wrong); err != nil {
				return nil, err
			}
		}
	}
	return &j, wrong.Err("render_request", "The row has mistakes")
}

// shareFrom is from how many images on it pays to paint once what they have in common.
const shareFrom = 8

// share finds the fields that have the same value in all rows, and so are painted once.
func (b *batch) share(rows []map[string]string) {
	b.shared = nil
	if len(rows) < shareFrom {
		return
	}
	for _, f := range b.proto.template.Fields {
		if !slices.ContainsFunc(rows[1:], func(values map[string]string) bool { return values[f.Name] != rows[0][f.Name] }) {
			b.shared = append(b.shared, f.Name)
		}
	}
}

// verify asks the CRM about all codes of the rows, several at a time and each once. The error is
// fault.Unavailable when it can't tell.
func (b *batch) verify(ctx context.Context, rows []map[string]string) error {
	codes := map[string]bool{}
	for _, f := range b.proto.template.Fields {
		for _, values := range rows {
			if code := values[f.Name]; f.Coupon && code != "" {
				codes[code] = true
			}
		}
	}
	var asked []models.CouponCheck
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(couponsAtOnce)
	for code := range codes {
		group.Go(func() error {
			result, check, err := b.s.askCoupon(groupCtx, code, sourceBulk)
			if err == nil || groupCtx.Err() == nil { // otherwise another one's failure has ended the check
				b.note(&asked, check)
			}
			v := verdict{}
			switch {
			case fault.Is(err, fault.Invalid):
				v.message = fault.From(err).Message
			case err != nil:
				return err
			case result.Outcome != crm.Valid:
				v.message = result.Message
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			b.coupons[code] = v
			return nil
		})
	}
	err := group.Wait()
	if recordErr := b.s.o.Store.Coupons.RecordOnce(ctx, asked); recordErr != nil {
		slog.WarnContext(ctx, "coupon checks not recorded", "error", recordErr)
	}
	return err
}

// note adds a check under an id that the job's later checks of the code have too, unless they come
// out otherwise: each is recorded once, however many rows have the code and however often they are
// tried.
func (b *batch) note(list *[]models.CouponCheck, check *models.CouponCheck) {
	if check == nil {
		return
	}
	check.ID = uuid.NewSHA1(uuid.MustParse(b.of), []byte(check.Outcome+" "+check.Code)).String()
	b.mu.Lock()
	defer b.mu.Unlock()
	*list = append(*list, *check)
}

// check finds what is wrong with one row's values; their codes were verified before. The error is
// fault.Invalid with all fields, or one that a later attempt may not meet.
func (b *batch) check(ctx context.Context, values map[string]string) (*job, []render.Warning, error) {
	j, err := b.job(ctx, values)
	var wrong fault.Fields
	if err != nil {
		if !fault.Is(err, fault.Invalid) {
			return nil, nil, err
		}
		wrong = fault.From(err).Fields
	}
	lay, err := b.s.o.Engine.Layout(b.proto.template, b.proto.Size, values)
	if err != nil {
		if !fault.Is(err, fault.Invalid) {
			return nil, nil, err
		}
		wrong = append(wrong, fault.From(err).Fields...)
	}
	wrong = append(wrong, b.refused(values)...)
	if len(wrong) > 0 {
		return nil, nil, wrong.Err("row_invalid", "The row has mistakes")
	}
	return j, lay.Warnings, nil
}

// refused lists the coupon fields whose codes do not hold.
func (b *batch) refused(values map[string]string) (wrong fault.Fields) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.proto.template.Fields {
		if code := values[f.Name]; f.Coupon && code != "" {
			if v := b.coupons[code]; v.message != "" {
				wrong.Add("values."+f.Name, "coupon_invalid", "%s", v.message)
			}
		}
	}
	return wrong
}

// image makes one row's image and writes it to w. It does not go through the cache of results,
// which would hold nothing else afterwards. The errors are those of check.
func (b *batch) image(ctx context.Context, values map[string]string, w io.Writer) ([]render.Warning, error) {
	if wrong := b.refused(values); len(wrong) > 0 {
		return nil, wrong.Err("row_invalid", "The row has mistakes")
	}
	j, err := b.job(ctx, values)
	if err != nil {
		return nil, err
	}
	img, lay, done, err := b.s.draw(ctx, j, b.shared...)
	if err != nil {
		return nil, err
	}
	defer done()
	return lay.Warnings, encode(w, img, j.Format)
}
