package telegram

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/engine/sheet"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/models"
)

// Subscribers serves /api/v1/subscribers.
type Subscribers struct {
	Store *models.Store
	Inbox *inbox.Service
}

type subscriberOut struct {
	ID           string      `json:"id" openapi:"format=uuid"`
	ConnectionID string      `json:"connection_id" openapi:"format=uuid"`
	UserID       int64       `json:"user_id" doc:"Telegram's number of the person."`
	FirstName    string      `json:"first_name"`
	LastName     string      `json:"last_name"`
	Username     string      `json:"username"`
	Language     string      `json:"language"`
	Source       string      `json:"source" doc:"Payload of the deep link that brought them."`
	Tags         []string    `json:"tags"`
	State        string      `json:"state" openapi:"enum=active|blocked|unsubscribed"`
	CreatedAt    models.Time `json:"created_at" openapi:"notnull"`
	LastSeenAt   models.Time `json:"last_seen_at" openapi:"notnull"`
	BlockedAt    models.Time `json:"blocked_at"`
	Version      int64       `json:"version" doc:"The row's version, which is its ETag."`
}

func subscriberOf(s *models.Subscriber) subscriberOut {
	return subscriberOut{ID: s.ID, ConnectionID: s.ConnectionID, UserID: s.UserID, FirstName: s.FirstName, LastName: s.LastName,
		Username: s.Username, Language: s.Language, Source: s.Source, Tags: s.Tags, State: string(s.State),
		CreatedAt: s.CreatedAt, LastSeenAt: s.LastSeenAt, BlockedAt: s.BlockedAt, Version: s.Version}
}

func filterOf(c *gin.Context) models.SubscriberFilter {
	return models.SubscriberFilter{Query: c.Query("q"), State: c.Query("state"), Tag: c.Query("tag"), Source: c.Query("source"),
		ConnectionID: c.Query("connection"), After: c.Query("after")}
}

// List answers people, those seen last first.
func (h *Subscribers) List(c *gin.Context) error {
	filter := filterOf(c)
	var err error
	if filter.Limit, err = httpx.Limit(c); err != nil {
		return err
	}
	page, err := h.Store.Subscribers.List(c.Request.Context(), filter)
	return httpx.ReplyPage(c, page, err, subscriberOf)
}

// Get answers one person.
func (h *Subscribers) Get(c *gin.Context) error {
	row, err := h.Store.Subscribers.Get(c.Request.Context(), c.Param("subscriber"))
	return h.reply(c, row, err)
}

func (h *Subscribers) reply(c *gin.Context, row *models.Subscriber, err error) error {
	if err != nil {
		return err
	}
	httpx.ETag(c, row.Version)
	return httpx.Reply(c, http.StatusOK, subscriberOf(row))
}

type tagsIn struct {
	Tags []string `json:"tags"`
}

// Patch replaces a person's tags.
func (h *Subscribers) Patch(c *gin.Context) error {
	var in tagsIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	row, err := h.Store.Subscribers.SetTags(c.Request.Context(), c.Param("subscriber"), httpx.Expected(c), in.Tags)
	return h.reply(c, row, err)
}

// Erase removes everything that is kept of one person.
func (h *Subscribers) Erase(c *gin.Context) error {
	if err := h.Inbox.Erase(c.Request.Context(), c.Param("subscriber")); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

type countsOut struct {
	Active       int64 `json:"active"`
	Blocked      int64 `json:"blocked"`
	Unsubscribed int64 `json:"unsubscribed"`
}

// Counts answers how many people there are in each state.
func (h *Subscribers) Counts(c *gin.Context) error {
	n, err := h.Store.Subscribers.Count(c.Request.Context())
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, countsOut{n[models.SubscriberActive], n[models.SubscriberBlocked], n[models.SubscriberUnsubscribed]})
}

type retentionOut struct {
	RetentionDays int   `json:"retention_days" openapi:"min=0,max=3650" doc:"People who were not seen for as long are erased; 0 keeps them."`
	Version       int64 `json:"version" doc:"The row's version, which is its ETag."`
}

type retentionIn struct {
	RetentionDays int `json:"retention_days"`
}

// Settings answers how long people are kept.
func (h *Subscribers) Settings(c *gin.Context) error {
	settings, err := h.Store.Subscribers.Settings(c.Request.Context())
	return h.settings(c, settings, err)
}

// SetSettings changes how long people are kept.
func (h *Subscribers) SetSettings(c *gin.Context) error {
	var in retentionIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	settings, err := h.Store.Subscribers.SetRetention(c.Request.Context(), httpx.Expected(c), in.RetentionDays)
	return h.settings(c, settings, err)
}

func (h *Subscribers) settings(c *gin.Context, s *models.SubscriberSettings, err error) error {
	if err != nil {
		return err
	}
	httpx.ETag(c, s.Version)
	return httpx.Reply(c, http.StatusOK, retentionOut{s.RetentionDays, s.Version})
}

// Export answers everybody who fits the filter as a table, however many they are.
func (h *Subscribers) Export(c *gin.Context) error {
	filter := filterOf(c)
	filter.Limit, filter.Steady = models.MaxPage, true
	page, err := h.Store.Subscribers.List(c.Request.Context(), filter)
	if err != nil {
		return err
	}
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", `attachment; filename="subscribers.csv"`)
	out, err := sheet.NewWriter(httpx.PatientWriter(c))
	if err != nil {
		return err
	}
	if err := out.Write("user_id", "first_name", "last_name", "username", "language", "source", "tags", "state", "created_at", "last_seen_at", "blocked_at"); err != nil {
		return err
	}
	for {
		for _, s := range page.Items {
			err := out.Write(strconv.FormatInt(s.UserID, 10), s.FirstName, s.LastName, s.Username, s.Language, s.Source,
				strings.Join(s.Tags, " "), string(s.State), stamp(s.CreatedAt), stamp(s.LastSeenAt), stamp(s.BlockedAt))
			if err != nil {
				return err
			}
		}
		if filter.After = page.Next; page.Next == "" {
			return out.Flush()
		}
		if page, err = h.Store.Subscribers.List(c.Request.Context(), filter); err != nil {
			return err
		}
	}
}

func stamp(t models.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
