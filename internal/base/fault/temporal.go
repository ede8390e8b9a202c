package fault

import (
	"context"
	"errors"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// detail is what travels with an activity's failure, besides its message.
type detail struct {
	Kind    Kind    `json:"kind"`
	Code    string  `json:"code"`
	Message string  `json:"message"`
	Remedy  string  `json:"remedy,omitempty"`
	Fields  []Field `json:"fields,omitempty"`
}

// Retryable reports whether the same call may succeed later without anybody changing it: a service
// was away, a limit was met, a defect may be fixed by the next release, or the error itself says
// when to come back.
func (e *Error) Retryable() bool {
	switch e.Kind {
	case Unavailable, RateLimited, Internal:
		return true
	}
	return e.RetryAfter > 0
}

// ToTemporal turns an activity's error into what Temporal acts on: a permanent failure is not
// retried, and RetryAfter becomes the delay of the next attempt. It must be the outermost error of the
// activity, since one that is wrapped again loses both; the worker's interceptor calls it for all.
// What Temporal itself made (a cancellation, a result that comes later) stays as it is.
func ToTemporal(err error) error {
	if err == nil || errors.Is(err, activity.ErrResultPending) || errors.Is(err, context.Canceled) {
		return err
	}
	if _, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*temporal.CanceledError](err); ok {
		return err
	}
	e := From(err)
	category := temporal.ApplicationErrorCategoryUnspecified
	if e.Kind == Unavailable || e.Kind == RateLimited {
		category = temporal.ApplicationErrorCategoryBenign // expected at times: no alarm for each attempt
	}
	return temporal.NewApplicationErrorWithOptions(e.Message, e.Code, temporal.ApplicationErrorOptions{
		NonRetryable: !e.Retryable(), NextRetryDelay: e.RetryAfter, Category: category, Cause: err,
		Details: []any{detail{e.Kind, e.Code, e.Message, e.Remedy, e.Fields}},
	})
}

// FromTemporal is the reverse, for flows and callers: the fault that an activity failed with. An
// error that carries no fault is Internal.
func FromTemporal(err error) *Error {
	if err == nil {
		return nil
	}
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok && app.HasDetails() {
		var d detail
		if app.Details(&d) == nil && d.Kind != "" {
			return &Error{Kind: d.Kind, Code: d.Code, Message: d.Message, Remedy: d.Remedy, Fields: d.Fields,
				RetryAfter: app.NextRetryDelay(), Cause: err}
		}
	}
	return From(err)
}
