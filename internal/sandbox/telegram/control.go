package telegram

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/promostack/promostack/internal/base/fault"
)

// control adds the routes by which a person or a test plays the people, makes bots and channels,
// orders faults and reads what happened. They know no sign-in: the guard lets this machine in alone.
func (s *Service) control(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	for pattern, handler := range map[string]controller{
		"GET /bots":                   s.listBots,
		"POST /bots":                  s.makeBot,
		"GET /commands":               s.listCommands,
		"GET /users":                  s.listUsers,
		"POST /users":                 s.makeUser,
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
		mux.Handle(method+" "+Control+path, guard(handler.http()))
	}
	mux.Handle("GET "+Control+"/files/{id}", guard(http.HandlerFunc(s.showFile)))
	mux.Handle("GET "+Control+"/stream", guard(http.HandlerFunc(s.stream)))
	mux.Handle(Control+"/", guard(controller(func(*http.Request) (any, error) {
		return nil, fault.New(fault.NotFound, "not_found", "There is nothing at this address")
	}).http()))
}

// controller answers a control; nil is an answer without a body.
type controller func(*http.Request) (any, error)

// maxControl is how large a control's body may be; forms with files have maxBody.
const maxControl = 64 << 10

func (c controller) http() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := int64(maxControl)
		if r.URL.Path == Control+"/photos" || r.URL.Path == Control+"/media" {
			limit = maxBody
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		body, err := c(r)
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case err != nil:
			problem(w, err)
		case body == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(body) // the client is gone: nobody to tell
		}
	})
}

// problem answers an error as the API of the program does.
func problem(w http.ResponseWriter, err error) {
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		err = fault.New(fault.TooLarge, "body_too_large", "The request is larger than %d bytes", tooBig.Limit)
	}
	if r, ok := asRefusal(err); ok {
		err = fault.New(fault.Invalid, "refused", "%s", r.Text)
	}
	f := fault.From(err)
	status := map[fault.Kind]int{
		fault.Invalid: http.StatusUnprocessableEntity, fault.Malformed: http.StatusBadRequest, fault.NotFound: http.StatusNotFound,
		fault.Conflict: http.StatusConflict, fault.TooLarge: http.StatusRequestEntityTooLarge,
	}[f.Kind]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{ // the client is gone: nobody to tell
		"type": "about:blank", "title": http.StatusText(status), "status": status, "code": f.Code, "detail": f.Message, "remedy": f.Remedy, "fields": f.Fields,
	})
}

// bind reads a JSON body with known fields alone.
func bind[T any](r *http.Request) (T, error) {
	var into T
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&into)
	if err == nil && decoder.More() {
		err = errors.New("more than one value")
	}
	if tooBig := (*http.MaxBytesError)(nil); err != nil && !errors.As(err, &tooBig) {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		err = fault.New(fault.Malformed, "malformed", "The body can't be read: %v", err)
	}
	return into, err
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
