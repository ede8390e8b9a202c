package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/track"
)

func verifyCommand() *cobra.Command {
	var file, address, head string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check a published track record",
		Long: "Recomputes the chain of a track record, what happened to each signal, and the figures. --head is a chain's head\n" +
			"that was kept from a recap: a record that was cut or rewritten as a whole since then does not have it.",
		Example: `  promostack verify --file record.json
  promostack verify --url https://example.com/t/acme --head 3f9c2a71d05be846`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (file == "") == (address == "") {
				return fault.New(fault.Invalid, "arguments", "Name the record with either --file or --url")
			}
			var kept track.KeptHead
			if cmd.Flags().Changed("head") {
				var err error
				if kept, err = track.ParseHead(head); err != nil {
					return err
				}
			}
			read := func() (io.ReadCloser, error) { return os.Open(file) }
			if address != "" {
				read = func() (io.ReadCloser, error) { return fetchRecord(cmd.Context(), address) }
			}
			record, err := readRecord(read)
			if err != nil {
				return err
			}
			figures, err := record.Check()
			if err != nil {
				return err
			}
			if kept != "" {
				seq, ok := record.Has(kept)
				if !ok {
					return fault.New(fault.Invalid, "record_head", "No entry of the record has this head: entries were cut off at its end, or all of it was rewritten")
				}
				cmd.Printf("The head is that of entry %d.\n", seq)
			}
			cmd.Printf("%q: all %d entries are in order.\n%s\nHead %s\n", record.Name(), len(record.Entries), figures, record.Head)
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "file", "", "the record as a file")
	cmd.Flags().StringVar(&address, "url", "", "the record's address: its page, or the file")
	cmd.Flags().StringVar(&head, "head", "", "head of the chain as a recap said it; the first 16 digits are enough")
	return cmd
}

const (
	maxRecord    = 64 << 20 // bytes: a signal takes about 3 kB
	recordWithin = time.Minute
)

func readRecord(open func() (io.ReadCloser, error)) (*track.Record, error) {
	in, err := open()
	if err != nil {
		if _, ok := errors.AsType[*fault.Error](err); ok {
			return nil, err
		}
		return nil, fault.InvalidField("file", "file", "%s", err)
	}
	defer in.Close()
	limited := &io.LimitedReader{R: in, N: maxRecord}
	var record track.Record
	decoder := json.NewDecoder(limited)
	err = decoder.Decode(&record)
	_, after := decoder.Token()
	switch {
	case limited.N == 0:
		return nil, fault.New(fault.TooLarge, "record_too_large", "The record is larger than %d MB", maxRecord>>20)
	case err != nil:
		return nil, fault.New(fault.Invalid, "record_unreadable", "This is no track record").WithCause(err)
	case !errors.Is(after, io.EOF):
		return nil, fault.New(fault.Invalid, "record_trailing", "There is something after the track record: it is not as it was published")
	}
	return &record, nil
}

// recordURL is where the file of a record is, by its own address or that of its page.
func recordURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fault.InvalidField("url", "url", "Must be an address such as https://example.com/t/acme")
	}
	if !strings.HasSuffix(u.Path, ".json") {
		u = u.JoinPath("record.json")
	}
	return u, nil
}

func fetchRecord(ctx context.Context, address string) (io.ReadCloser, error) {
	u, err := recordURL(address)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Timeout: recordWithin, CheckRedirect: func(next *http.Request, before []*http.Request) error {
		switch {
		case next.URL.Hostname() != u.Hostname() || u.Scheme == "https" && next.URL.Scheme != "https":
			return fault.New(fault.Invalid, "record_elsewhere", "%s sends us on to %s", u.Host, next.URL.Host)
		case len(before) > 3:
			return fault.New(fault.Invalid, "record_elsewhere", "%s sends us round in circles", u.Host)
		}
		return nil
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return nil, f
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, "record_away", "%s can't be reached", u.Host).WithCause(err)
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, fault.New(fault.Unavailable, "record_away", "%s answered %s", u.Host, response.Status)
	}
	return response.Body, nil
}
