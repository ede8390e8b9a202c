package telegram

import (
	"net/http"
	"strconv"

	"github.com/promostack/promostack/internal/base/fault"
)

// migrates makes a supergroup of a group: a chat with a number of its own, which knows the same bots.
// Both chats get a message that says so, and whoever uses the old number is told the new one.
func (s *Service) migrates(t *tx, group *channel) (int64, error) {
	next := *group
	var err error
	next.Type = "supergroup"
	if next.ID, err = lowest(t, next.Type); err != nil {
		return 0, err
	}
	if err := addChannel(t, next); err != nil {
		return 0, err
	}
	for _, statement := range []string{
		"INSERT INTO memberships (channel, bot, status, can_post) SELECT ?2, bot, status, can_post FROM memberships WHERE channel = ?1",
		"INSERT INTO migrations (old, new) VALUES (?1, ?2)",
	} {
		if err := t.exec(statement, group.ID, next.ID); err != nil {
			return 0, err
		}
	}
	t.announce("chats", map[string]any{})
	if err := s.serviceMessage(t, group, message{MigrateTo: next.ID}); err != nil {
		return 0, err
	}
	return next.ID, s.serviceMessage(t, &next, message{MigrateFrom: group.ID})
}

// serviceMessage writes what happened to a group into it, as its owner's doing, and tells its bots.
func (s *Service) serviceMessage(t *tx, group *channel, m message) error {
	now := s.clock()
	owner, err := ownerOf(t)
	if err != nil {
		return err
	}
	m.From, m.Chat, m.Date = owner, group.chat(), now.Unix()
	if _, err := t.get("UPDATE channels SET next_message = next_message + 1 WHERE id = ? RETURNING next_message - 1", []any{group.ID}, &m.ID); err != nil {
		return err
	}
	seq, err := t.insert("INSERT INTO messages (bot, chat, id, author, body) VALUES (0,?,?,?,?)", group.ID, m.ID, owner.ID, asJSON(m))
	if err != nil {
		return err
	}
	t.announce("message", Shown{Seq: seq, Message: m})
	var members []int64
	err = t.each("SELECT bot FROM memberships WHERE channel = ? AND status IN ('administrator', 'member') ORDER BY bot", []any{group.ID}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		members = append(members, id)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range members {
		b, err := findBot(t, id)
		if err != nil {
			return err
		}
		if b == nil {
			continue
		}
		if err := t.enqueue(b, update{Message: &m}, group.ID, now); err != nil {
			return err
		}
	}
	return nil
}

// lowest is a number that no channel, or no group, had yet: those of groups are shorter.
func lowest(t *tx, kind string) (int64, error) {
	query, first := "SELECT min(?, (SELECT coalesce(min(id), 0) FROM channels), (SELECT coalesce(min(old), 0) FROM migrations)) - 1", firstChannel
	if kind == "group" {
		query, first = "SELECT min(?, (SELECT coalesce(min(id), 0) FROM channels WHERE id > -1000000000000)) - 1", firstGroup
	}
	var id int64
	_, err := t.get(query, []any{first}, &id)
	return id, err
}

// migrateGroup is a group's owner who makes a supergroup of it.
func (s *Service) migrateGroup(r *http.Request) (any, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.NotFound, "not_found", "A group is named by its number")
	}
	var next int64
	err = s.do(r.Context(), func(t *tx) error {
		ch, err := findChannel(t, id, "")
		switch {
		case err != nil:
			return err
		case ch == nil && id > 0:
			return fault.InvalidField("id", "not_a_group", "A chat with a person can't become a supergroup; only a group can")
		case ch == nil:
			return fault.New(fault.NotFound, "not_found", "There is no group %d", id)
		case ch.Type != "group":
			return fault.InvalidField("id", "not_a_group", "%s is a %s; only a group can become a supergroup", ch.Title, ch.Type)
		case ch.MigratedTo != 0:
			return fault.New(fault.Conflict, "migrated", "%s is the supergroup %d already", ch.Title, ch.MigratedTo)
		}
		next, err = s.migrates(t, ch)
		return err
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": next}, nil
}
