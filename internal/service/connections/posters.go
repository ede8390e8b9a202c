package connections

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/models"
)

// linkLife is how long the link of an invitation can be opened.
const linkLife = 24 * time.Hour

// InvitePoster makes a link; who opens it in the bot, once, may post to the promo bot's channels, or approve signals, from
// their chat with it.
func (s *Service) InvitePoster(ctx context.Context, connection string) (row *models.Poster, link string, err error) {
	c, err := s.store.Connections.Get(ctx, connection)
	if err != nil {
		return nil, "", err
	}
	if c.Kind == models.UserAccount {
		return nil, "", fault.New(fault.Conflict, "not_here", "People are linked with bots, not with a user account")
	}
	if c.Username == "" {
		return nil, "", fault.New(fault.Conflict, "connection_untested", "The bot’s name is not known yet").WithRemedy("Press Test on its card first")
	}
	if row, err = s.store.Posters.Invite(ctx, c.ID, linkLife); err != nil {
		return nil, "", err
	}
	return row, "https://t.me/" + c.Username + "?start=" + message.LinkPrefix + *row.Token, nil
}
