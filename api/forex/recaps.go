package forex

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/models"
)

// Recaps serves /api/v1/recaps.
type Recaps struct {
	Store *models.Store
}

type recapOut struct {
	ID        string           `json:"id" openapi:"format=uuid"`
	Kind      models.RecapKind `json:"kind" openapi:"enum=daily|weekly"`
	Day       string           `json:"day" doc:"On which it ends, in the tenant's zone."`
	Period    string           `json:"period"`
	From      time.Time        `json:"from" doc:"In the market's time."`
	To        time.Time        `json:"to"`
	Simulated bool             `json:"simulated"`
	Closed    int              `json:"closed"`
	Wins      int              `json:"wins"`
	Losses    int              `json:"losses"`
	Open      int              `json:"open" doc:"Signals that went on."`
	Pips      pip.Pips         `json:"pips"`
	R         pip.R            `json:"r"`
	Head      string           `json:"head" doc:"Of the record when it was made."`
	Post      *signalPostOut   `json:"post"`
	CreatedAt models.Time      `json:"created_at" openapi:"notnull"`
}

// List answers the tenant's recaps, the newest first.
func (h *Recaps) List(c *gin.Context) error {
	ctx := c.Request.Context()
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	page, err := h.Store.Recaps.List(ctx, c.Query("after"), limit)
	if err != nil {
		return err
	}
	ids := make([]string, len(page.Items))
	for i := range page.Items {
		ids[i] = page.Items[i].PostID
	}
	posts, err := h.Store.ChannelPosts.ByID(ctx, ids)
	if err != nil {
		return err
	}
	return httpx.ReplyPage(c, page, nil, func(r *models.Recap) recapOut {
		s := r.Facts.Sum()
		out := recapOut{ID: r.ID, Kind: r.Kind, Day: r.Day, Period: r.Facts.Period, From: time.Unix(r.Begins, 0).UTC(), To: time.Unix(r.Ends, 0).UTC(),
			Simulated: r.Facts.Simulated, Closed: len(r.Facts.Closed), Wins: s.Wins, Losses: s.Losses, Open: r.Facts.Open, Pips: s.Pips, R: s.R, Head: r.Head, CreatedAt: r.CreatedAt}
		if p, ok := posts[r.PostID]; ok {
			post := postOf(&p)
			out.Post = &post
		}
		return out
	})
}
