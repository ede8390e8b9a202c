package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxBody is how large a request may be: the largest file that a bot may upload, and its form.
const maxBody = 51 << 20

// upload is a file that came with a request.
type upload struct {
	name, mime string
	bytes      []byte
}

// params are a call's parameters, however they came: in the address, as a form, as multipart or
// as JSON. A value that is no text is kept as JSON.
type params struct {
	values map[string]string
	files  map[string]upload
	remote map[string]upload // by the addresses that the values name them with
}

func newParams() params {
	return params{values: map[string]string{}, files: map[string]upload{}, remote: map[string]upload{}}
}

// readParams reads a request. Its error is the answer.
func readParams(w http.ResponseWriter, r *http.Request) (params, error) {
	p := newParams()
	p.add(r.URL.Query())
	body := http.MaxBytesReader(w, r.Body, maxBody)
	kind, options, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	switch kind {
	case "application/json":
		err = p.readJSON(body)
	case "multipart/form-data":
		err = p.readMultipart(multipart.NewReader(body, options["boundary"]))
	case "application/x-www-form-urlencoded":
		err = p.readForm(body)
	default:
		err = nil
	}
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		return p, &refusal{Code: http.StatusRequestEntityTooLarge, Text: "Request Entity Too Large"}
	}
	if refused := (*refusal)(nil); errors.As(err, &refused) {
		return p, err
	}
	if err != nil {
		return p, bad("can't parse the request")
	}
	for name, value := range p.values {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return p, bad("strings must be encoded in UTF-8")
		}
	}
	return p, nil
}

func (p params) add(values url.Values) {
	for name, value := range values {
		p.values[name] = value[len(value)-1]
	}
}

func (p params) readForm(body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	values, err := url.ParseQuery(string(raw))
	p.add(values)
	return err
}

func (p params) readJSON(body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return bad("can't parse JSON object")
	}
	for name, value := range object {
		var text string
		switch {
		case string(value) == "null":
		case value[0] == '"':
			if err := json.Unmarshal(value, &text); err != nil {
				return bad("can't parse JSON object")
			}
			p.values[name] = text
		default:
			p.values[name] = string(value)
		}
	}
	return nil
}

func (p params) readMultipart(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			p.values[part.FormName()] = string(raw)
			continue
		}
		p.files[part.FormName()] = upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), bytes: raw}
	}
}

func (p params) text(name string) string { return p.values[name] }

// integer reads a number; false means that there is none.
func (p params) integer(name string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(p.values[name]), 10, 64)
	return n, err == nil
}

// flag reads a truth value as the real service does.
func (p params) flag(name string) bool {
	switch strings.ToLower(strings.TrimSpace(p.values[name])) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// longestLogged is how much of one parameter the log keeps.
const longestLogged = 16 << 10

// logged is what the log keeps of the parameters: no file's bytes and no secret.
func (p params) logged(token string) string {
	out := map[string]any{}
	for name, value := range p.values {
		if name == "secret_token" && value != "" {
			value = "•••"
		}
		value = withoutToken(value, token)
		if len(value) > longestLogged {
			value = strings.ToValidUTF8(value[:longestLogged], "") + "…"
		}
		out[name] = value
	}
	for name, file := range p.files {
		out[name] = map[string]any{"file_name": file.name, "mime_type": file.mime, "file_size": len(file.bytes)}
	}
	return asJSON(out)
}

// withoutToken takes a bot's token out of a text, for instance out of a webhook's address.
func withoutToken(text, token string) string {
	if token == "" {
		return text
	}
	_, secret, _ := strings.Cut(token, ":")
	return strings.ReplaceAll(strings.ReplaceAll(text, token, "•••"), secret, "•••")
}
