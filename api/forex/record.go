package forex

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/forex/track"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// Pages answer public pages, filled in with data.
type Pages interface {
	Page(w http.ResponseWriter, r *http.Request, name string, data any) error
}

// Record serves the track record: to everybody under /t, and its end to the dashboard.
type Record struct {
	Store     *models.Store
	Service   *signals.Service
	Pages     Pages
	PublicURL *url.URL
}

// recordPage is what the public page says without a script.
type recordPage struct {
	*signals.Published
	File    string // the record's address
	Command string // that checks it
}

const (
	recordFile = "/record.json"
	noRecord   = "There is no track record here"
)

// address is where everybody finds the record of a tenant.
func (h *Record) address(slug string) string { return h.PublicURL.JoinPath("t", slug).String() }

// Page answers a tenant's record as a page.
func (h *Record) Page(c *gin.Context) error {
	end, err := h.Service.PublishedEnd(c.Request.Context(), c.Param("slug"))
	var record *signals.Published
	if err == nil {
		record, err = h.Service.Publish(c.Request.Context(), end)
	}
	switch {
	case fault.Is(err, fault.NotFound):
		httpx.FailPage(c, err, noRecord, "The address is not complete, or nobody has published signals under it yet.")
		return nil
	case err != nil:
		httpx.FailPage(c, err, "This page does not work now", "Try again in a moment.")
		return nil
	}
	file := h.address(record.Slug) + recordFile
	return h.Pages.Page(c.Writer, c.Request, "record.html", recordPage{record, "/t/" + url.PathEscape(record.Slug) + recordFile, "promostack verify --url " + file})
}

// File answers a tenant's whole record, as `promostack verify` reads it. Its ETag is the head of the chain.
func (h *Record) File(c *gin.Context) error {
	ctx := c.Request.Context()
	end, err := h.Service.PublishedEnd(ctx, c.Param("slug"))
	if err != nil {
		return err
	}
	// Packed or not, it is the same record: the tag is weak.
	tag := "W/" + strconv.Quote(end.Head)
	c.Header("ETag", tag)
	c.Header("Cache-Control", "no-cache")
	c.Header("Vary", "Accept-Encoding")
	if known := c.GetHeader("If-None-Match"); known == tag || known == strings.TrimPrefix(tag, "W/") {
		c.Status(http.StatusNotModified)
		return nil
	}
	record, err := h.Service.Publish(ctx, end)
	if err != nil {
		return err
	}
	c.Header("Content-Type", "application/json")
	c.Header("Content-Disposition", `inline; filename="record.json"`)
	file := io.Reader(bytes.NewReader(record.File))
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Header("Content-Encoding", "gzip")
		c.Header("Content-Length", strconv.Itoa(len(record.File)))
	} else if file, err = gzip.NewReader(file); err != nil {
		return err
	}
	c.Status(http.StatusOK)
	_, err = io.Copy(httpx.PatientWriter(c), file)
	return err
}

// recordFiguresOut are what a record comes to.
type recordFiguresOut track.Figures

// publicRecordOut is the form of a published record, for the document.
type publicRecordOut struct {
	Format  int              `json:"format" doc:"1."`
	Entries []string         `json:"entries" doc:"The entries' texts, the first one first. Each is JSON and names the SHA-256 of the text before."`
	Head    string           `json:"head" doc:"The SHA-256 of the last entry's text."`
	Figures recordFiguresOut `json:"figures"`
}

type recordEndOut struct {
	Address string           `json:"address" doc:"Where everybody reads it; there is nothing before its first entry."`
	Entries int64            `json:"entries"`
	Head    string           `json:"head" doc:"The hash of the last entry; empty before the first."`
	Ending  bool             `json:"ending" doc:"It ends as soon as what is open is closed."`
	Ended   bool             `json:"ended"`
	Broken  string           `json:"broken" doc:"What is wrong with it; empty for nothing. It is published all the same."`
	Figures recordFiguresOut `json:"figures" doc:"What all entries come to."`
}

// Get answers how far the tenant's own record goes.
func (h *Record) Get(c *gin.Context) error {
	ctx := c.Request.Context()
	owner, err := h.Store.Tenants.Current(ctx)
	if err != nil {
		return err
	}
	out := recordEndOut{Address: h.address(owner.Slug)}
	end, err := h.Service.PublishedEnd(ctx, owner.Slug)
	if fault.Is(err, fault.NotFound) {
		return httpx.Reply(c, http.StatusOK, out)
	}
	if err != nil {
		return err
	}
	record, err := h.Service.Publish(ctx, end)
	if err != nil {
		return err
	}
	out.Entries, out.Head, out.Ending, out.Ended, out.Broken, out.Figures = int64(record.Entries), record.Head, end.Ending, end.Ended, record.Broken, recordFiguresOut(record.Figures)
	return httpx.Reply(c, http.StatusOK, out)
}

type endRecordIn struct {
	Confirm string `json:"confirm" doc:"The tenant's short name, as it stands in the record's address: nothing can take the end back."`
}

// End ends the tenant's record for good.
func (h *Record) End(c *gin.Context) error {
	var in endRecordIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	ctx := c.Request.Context()
	owner, err := h.Store.Tenants.Current(ctx)
	if err != nil {
		return err
	}
	if !text.Equal(in.Confirm, owner.Slug) {
		return fault.InvalidField("confirm", "confirm", "Must be %q, the short name in the record's address", owner.Slug)
	}
	if err := h.Service.End(ctx); err != nil {
		return err
	}
	return h.Get(c)
}
