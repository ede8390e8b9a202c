package telegram

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
	"github.com/promostack/promostack/models"
)

type posterOut struct {
	ID        string      `json:"id" openapi:"format=uuid"`
	UserID    int64       `json:"user_id" doc:"Telegram's id; 0 until the link was opened."`
	FirstName string      `json:"first_name"`
	LastName  string      `json:"last_name"`
	Username  string      `json:"username" doc:"Without @."`
	CreatedAt models.Time `json:"created_at" openapi:"notnull"`
	ExpiresAt models.Time `json:"expires_at" openapi:"notnull" doc:"Until when the link can be opened."`
	LinkedAt  models.Time `json:"linked_at" doc:"When it was."`
}

type invitationOut struct {
	posterOut
	Link string `json:"link" doc:"Opened once in Telegram, it lets whoever opens it post. It is not shown again."`
}

func posterOf(p *models.Poster) posterOut {
	return posterOut{ID: p.ID, UserID: p.UserID, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username,
		CreatedAt: p.CreatedAt, ExpiresAt: p.ExpiresAt, LinkedAt: p.LinkedAt}
}

// Posters answers who may post by a bot from a chat with it, and the links that nobody has opened.
func (h *Connections) Posters(c *gin.Context) error {
	if _, err := h.Store.Connections.Get(c.Request.Context(), c.Param("connection")); err != nil {
		return err
	}
	rows, err := h.Store.Posters.List(c.Request.Context(), c.Param("connection"))
	if err != nil {
		return err
	}
	items := make([]posterOut, len(rows))
	for i := range rows {
		items[i] = posterOf(&rows[i])
	}
	return httpx.Reply(c, http.StatusOK, httpx.NewPage(items, ""))
}

// InvitePoster makes a link that lets a person post.
func (h *Connections) InvitePoster(c *gin.Context) error {
	row, link, err := h.Service.InvitePoster(c.Request.Context(), c.Param("connection"))
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusCreated, invitationOut{posterOf(row), link})
}

// RemovePoster takes the right to post away, or a link back.
func (h *Connections) RemovePoster(c *gin.Context) error {
	if err := h.Store.Posters.Remove(c.Request.Context(), c.Param("connection"), c.Param("poster")); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func describePosters() map[string]openapi.Description {
	return map[string]openapi.Description{
		"GET /api/v1/connections/:connection/posters": {
			ID: "listPosters", Summary: "Who may post, or approve signals, from a chat with a bot", Text: "Nobody by default. Links that nobody has opened are among them.",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "All of them, the oldest first.", Content: openapi.JSON(openapi.Writes[httpx.Page[posterOut]]())}},
		},
		"POST /api/v1/connections/:connection/posters": {
			ID: "invitePoster", Summary: "Make a link that lets a person post, or approve signals", Text: "It counts once, for 24 hours, in this bot.",
			Answers:  []openapi.Answer{{Status: http.StatusCreated, Text: "The link.", Content: openapi.JSON(openapi.Writes[invitationOut]())}},
			Refusals: map[int]string{http.StatusConflict: "`not_here`: a user account has none; `connection_untested`; `too_many_posters`."},
		},
		"DELETE /api/v1/connections/:connection/posters/:poster": {
			ID: "removePoster", Summary: "Take the right to post away, or a link back",
			Answers: []openapi.Answer{{Status: http.StatusNoContent, Text: "It is gone."}},
		},
	}
}
