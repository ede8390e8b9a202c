package telegram

import (
	"encoding/json"
	"net/http"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// farBack is how far behind the newest update's number another one is no repetition but the beginning
// of a new sequence, as Telegram begins one for a bot that had no updates for a week.
const farBack = 2_000_000

// maxUpdateID is the largest number that an update can have.
const maxUpdateID = 1<<31 - 1

// postUpdate sends a bot any update as it is, also of a kind that the bot didn't ask for. One without
// update_id gets the next number. With one, it keeps it: the numbers of those that follow go on from
// there, unless it repeats one of before.
func (s *Service) postUpdate(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		Bot    string                     `json:"bot"`
		Update map[string]json.RawMessage `json:"update"`
	}](r)
	if err != nil {
		return nil, err
	}
	if len(in.Update) == 0 {
		return nil, fault.InvalidField("update", "required", "update is an Update object of the Bot API, with or without update_id")
	}
	var id int64
	raw, numbered := in.Update["update_id"]
	if numbered && (json.Unmarshal(raw, &id) != nil || id < 1 || id >= maxUpdateID) {
		return nil, fault.InvalidField("update", "malformed", "update_id is a number from 1 to %d", maxUpdateID-1)
	}
	err = s.do(r.Context(), func(t *tx) error {
		b, err := theBot(t, in.Bot)
		if err != nil {
			return err
		}
		if numbered {
			err = t.exec("UPDATE bots SET next_update = ?2 + 1 WHERE id = ?1 AND (?2 >= next_update OR ?2 < next_update - ?3)", b.ID, id, farBack)
		} else {
			id, err = t.nextUpdate(b)
			in.Update["update_id"] = json.RawMessage(asJSON(id))
		}
		if err != nil {
			return err
		}
		return t.keepUpdate(b, id, chatOf(in.Update), s.clock(), asJSON(in.Update))
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"update_id": id}, nil
}

// chatOf finds the chat of an update, or the person that it comes from: webhooks get the updates of
// one chat in order. 0 is an update of neither.
func chatOf(update map[string]json.RawMessage) int64 {
	type who struct {
		ID int64 `json:"id"`
	}
	for name, raw := range update {
		var u struct {
			Chat    who `json:"chat"`
			From    who `json:"from"`
			User    who `json:"user"`
			Message struct {
				Chat who `json:"chat"`
			} `json:"message"`
		}
		if name == "update_id" || json.Unmarshal(raw, &u) != nil {
			continue
		}
		for _, id := range []int64{u.Chat.ID, u.Message.Chat.ID, u.From.ID, u.User.ID} {
			if id != 0 {
				return id
			}
		}
	}
	return 0
}
