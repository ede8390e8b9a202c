package botapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
)

// Download fetches a file by its id. One of more than most bytes is fault.TooLarge; Telegram itself
// gives out files of up to 20 MB.
func (c *Client) Download(ctx context.Context, token secrets.Text, fileID string, most int64) ([]byte, error) {
	type file struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	f, err := ask[file](ctx, c, token, "getFile", map[string]string{"file_id": fileID})
	if err != nil {
		return nil, err
	}
	if f.Size > most {
		return nil, tooLarge(most)
	}
	ctx, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	base := strings.ReplaceAll(c.base, "%%", "%")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/file/bot"+token.Reveal()+"/"+(&url.URL{Path: f.Path}).EscapedPath(), nil)
	if err != nil {
		return nil, errors.New("the address of a file can't be built")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, failed(fault.Unavailable, Away, "Telegram can't be reached", "").with(plain(err))
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusNotFound {
		return nil, failed(fault.NotFound, Gone, "Telegram doesn't have that file any more", "Send it again")
	}
	if response.StatusCode != http.StatusOK {
		return nil, answered(response.StatusCode, response.Status)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	if err != nil {
		return nil, failed(fault.Unavailable, Away, "The download from Telegram broke off", "").with(plain(err))
	}
	if int64(len(data)) > most {
		return nil, tooLarge(most)
	}
	return data, nil
}

func (f *Failure) with(cause error) *Failure {
	f.Fault = f.Fault.WithCause(cause)
	return f
}

func tooLarge(most int64) error {
	return fault.New(fault.TooLarge, "file_too_large", "The picture has more than %d MB", most>>20).WithRemedy("Send a smaller one")
}
