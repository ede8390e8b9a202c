// Package control is how the controls of simulated services read orders and answer: JSON with known
// fields alone, errors as problem+json with the fields that are wrong.
package control

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/promostack/promostack/internal/base/fault"
)

// MaxBody is how large an order may usually be, in bytes.
const MaxBody = 64 << 10

// Func answers a control; nil is an answer without a body.
type Func func(*http.Request) (any, error)

// Handler serves a control whose orders have so many bytes at most.
func Handler(limit int64, answer Func) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		body, err := answer(r)
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case err != nil:
			Problem(w, err)
		case body == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(body) // the client is gone: nobody to tell
		}
	})
}

// Problem answers an error as the API of the program does.
func Problem(w http.ResponseWriter, err error) {
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fault.New(fault.TooLarge, "body_too_large", "The request is larger than %d bytes", tooBig.Limit)
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

// NotFound answers for addresses at which there is no control.
func NotFound(*http.Request) (any, error) {
	return nil, fault.New(fault.NotFound, "not_found", "There is nothing at this address")
}

// Bind reads a JSON body with known fields alone.
func Bind[T any](r *http.Request) (T, error) {
	var into T
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&into)
	if err == nil && decoder.More() {
		err = errors.New("more than one value")
	}
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); err != nil && !tooBig {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		err = fault.New(fault.Malformed, "malformed", "The body can't be read: %v", err)
	}
	return into, err
}
