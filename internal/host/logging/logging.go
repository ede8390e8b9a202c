// Package logging sets up structured logs. Secrets can't reach them: settings and credentials
// are of a type that prints as [secret], and attributes whose name says that they are secret are
// hidden whatever their type.
package logging

import (
	"io"
	"log/slog"
	"strings"
)

// New returns the process's logger. Each line carries the part ("api", "worker" …).
func New(w io.Writer, level, format, part string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: l, ReplaceAttr: hide}
	var h slog.Handler = slog.NewJSONHandler(w, options)
	if format == "text" {
		h = slog.NewTextHandler(w, options)
	}
	return slog.New(newCalm(h)).With("part", part)
}

// secretNames are the parts of attribute names that never show a value.
var secretNames = []string{"password", "secret", "token", "authorization", "cookie", "api_key", "apikey", "access_key", "credential", "session_string"}

// hide replaces the value of an attribute whose name says that it is secret.
func hide(_ []string, a slog.Attr) slog.Attr {
	name := strings.ToLower(strings.ReplaceAll(a.Key, "-", "_"))
	for _, s := range secretNames {
		if strings.Contains(name, s) && a.Value.Kind() != slog.KindGroup {
			return slog.String(a.Key, "[secret]")
		}
	}
	return a
}
