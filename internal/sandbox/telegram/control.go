package telegram

import (
	"net/http"
	"strconv"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// control adds the routes by which a person or a test plays the people, makes bots and channels,
// orders faults and reads what happened. They know no sign-in: the guard lets this machine in alone.
func (s *Service) control(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	for pattern, answer := range map[string]control.Func{
		"GET /bots":                   s.listBots,
		"POST /bots":                  s.makeBot,
		"GET /commands":               s.listCommands,
		"GET /users":                  s.listUsers,
		"POST /users":                 s.makeUser,
		"POST /visitors":              s.makeVisitor,
		"POST /messages":              s.postMessage,
		"POST /photos":                s.postMedia,
		"POST /media":                 s.postMedia,
		"POST /contacts":              s.postContact,
		"POST /edits":                 s.postEdit,
		"POST /forwards":              s.postForward,
		"POST /updates":               s.postUpdate,
		"POST /callbacks":             s.postCallback,
		"GET /callbacks/{id}":         s.readCallback,
		"POST /block":                 s.postBlock,
		"GET /chats":                  s.listChats,
		"GET /chats/{id}/messages":    s.listMessages,
		"POST /channels":              s.makeChannel,
		"POST /channels/{id}/members": s.setMembership,
		"POST /channels/{id}/migrate": s.migrateGroup,
		"GET /calls":                  s.listCalls,
		"GET /faults":                 s.listFaults,
		"POST /faults":                s.orderFault,
		"DELETE /faults":              s.dropFaults,
		"POST /limits":                s.setLimits,
		"GET /crowd":                  s.listCrowds,
		"POST /crowd":                 s.startCrowd,
		"DELETE /crowd":               s.stopCrowds,
	} {
		method, path, _ := cut(pattern)
		limit := int64(control.MaxBody)
		if path == "/photos" || path == "/media" {
			limit = maxBody
		}
		mux.Handle(method+" "+Control+path, guard(control.Handler(limit, plainly(answer))))
	}
	mux.Handle("GET "+Control+"/files/{id}", guard(http.HandlerFunc(s.showFile)))
	mux.Handle("GET "+Control+"/stream", guard(http.HandlerFunc(s.stream)))
	mux.Handle(Control+"/", guard(control.Handler(control.MaxBody, control.NotFound)))
}

// plainly answers what Telegram would refuse as an order that is wrong.
func plainly(answer control.Func) control.Func {
	return func(r *http.Request) (any, error) {
		body, err := answer(r)
		if r, ok := asRefusal(err); ok {
			err = fault.New(fault.Invalid, "refused", "%s", r.Text)
		}
		return body, err
	}
}

// page is a list's answer.
type page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// number reads a number from the address, within bounds.
func number(r *http.Request, name string, usual, most int64) (int64, error) {
	raw := r.URL.Query().Get(name)
	if raw == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, fault.InvalidField(name, "malformed", "%s must be a number from 0 to %d", name, most)
	}
	return n, nil
}

// theBot finds the bot that a control names.
func theBot(t *tx, username string) (*bot, error) {
	if username == "" {
		return nil, fault.InvalidField("bot", "required", "Name the bot by its username")
	}
	b, err := botNamed(t, username)
	if err == nil && b == nil {
		err = fault.InvalidField("bot", "no_such_bot", "There is no bot %s", username)
	}
	return b, err
}

func theUser(t *tx, id int64) (*user, error) {
	u, err := findUser(t, id)
	if err == nil && u == nil {
		err = fault.InvalidField("user", "no_such_user", "There is no person %d", id)
	}
	return u, err
}

// both finds the bot and the person that a control names.
func both(t *tx, username string, id int64) (*bot, *user, error) {
	b, err := theBot(t, username)
	if err != nil {
		return nil, nil, err
	}
	u, err := theUser(t, id)
	return b, u, err
}
