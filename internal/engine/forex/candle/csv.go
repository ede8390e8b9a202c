package candle

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// columns of a file: the middle price has to be there, bid and ask come together or not at all. A
// volume is passed over.
var columns = []string{
	"time", "open", "high", "low", "close",
	"bid_open", "bid_high", "bid_low", "bid_close",
	"ask_open", "ask_high", "ask_low", "ask_close",
	"volume",
}

const (
	middle = 5  // columns up to the close
	quoted = 13 // columns up to the ask's close
)

// ReadCSV reads a history with the header time,open,high,low,close and, if wanted, bid_open … bid_close
// and ask_open … ask_close, in any order. Times are RFC 3339 or YYYY-MM-DD HH:MM:SS in UTC, strictly
// rising. The error names the line and the column of what is wrong.
func ReadCSV(r io.Reader) (Series, error) {
	in := csv.NewReader(withoutBOM(r))
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return Series{}, unreadable(err)
	}
	at, err := places(header)
	if err != nil {
		return Series{}, err
	}
	withQuotes := at[middle] >= 0
	var s Series
	var times clock
	var before int64
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return Series{}, unreadable(err)
		}
		if len(s.Candles) == cap(s.Candles) { // doubling costs half of what append's growth does
			s.Candles = slices.Grow(s.Candles, max(4096, len(s.Candles)))
		}
		c := Candle{}
		if c.Time, err = times.parse(record[at[0]]); err != nil {
			return Series{}, badLine(in, at[0], "time", err)
		}
		if len(s.Candles) > 0 && c.Time <= before {
			return Series{}, badLine(in, at[0], "time", errors.New("must be after the time of the line before"))
		}
		before = c.Time
		if c.Prices, err = parsePrices(in, record, at, 1); err != nil {
			return Series{}, err
		}
		s.Candles = append(s.Candles, c)
		if !withQuotes {
			continue
		}
		bid, err := parsePrices(in, record, at, middle)
		if err != nil {
			return Series{}, err
		}
		ask, err := parsePrices(in, record, at, middle+4)
		if err != nil {
			return Series{}, err
		}
		if ask.Open < bid.Open || ask.High < bid.High || ask.Low < bid.Low || ask.Close < bid.Close {
			return Series{}, badLine(in, at[middle+4], "ask_open", errors.New("ask is below bid"))
		}
		s.Bid, s.Ask = append(s.Bid, bid), append(s.Ask, ask)
	}
}

// withoutBOM passes over the mark that spreadsheets write before a text: behind it a quoted header would not begin with its
// quote.
func withoutBOM(r io.Reader) io.Reader {
	const bom = "\ufeff"
	in := bufio.NewReader(r)
	if begin, _ := in.Peek(len(bom)); string(begin) == bom { // an error comes again with the first line
		_, _ = in.Discard(len(bom))
	}
	return in
}

// places finds the columns in a header; -1 for one that is not there.
func places(header []string) ([]int, error) {
	at := slices.Repeat([]int{-1}, len(columns))
	for i, name := range header {
		name = text.Lower(text.Clean(name))
		k := slices.Index(columns, name)
		switch {
		case k < 0:
			return nil, fault.New(fault.Invalid, "candles_header", "Line 1: %q is no column of candles: the header is time,open,high,low,close, then bid_… and ask_… if there are any", name)
		case at[k] >= 0:
			return nil, fault.New(fault.Invalid, "candles_header", "Line 1: the column %q is there twice", name)
		}
		at[k] = i
	}
	for k, name := range columns[:quoted] {
		wanted := k < middle || slices.ContainsFunc(at[middle:quoted], func(i int) bool { return i >= 0 })
		if wanted && at[k] < 0 {
			return nil, fault.New(fault.Invalid, "candles_header", "Line 1: the column %q is missing", name)
		}
	}
	return at, nil
}

// parsePrices reads four columns from the k-th on.
func parsePrices(in *csv.Reader, record []string, at []int, k int) (Prices, error) {
	var p Prices
	for i, into := range []*pip.Price{&p.Open, &p.High, &p.Low, &p.Close} {
		var err error
		if *into, err = pip.RoundPrice(record[at[k+i]]); err != nil {
			return p, badLine(in, at[k+i], columns[k+i], err)
		}
	}
	if err := p.Check(); err != nil {
		return p, badLine(in, at[k], columns[k], err)
	}
	return p, nil
}

func badLine(in *csv.Reader, field int, column string, err error) error {
	line, _ := in.FieldPos(field)
	return fault.New(fault.Invalid, "candles_line", "Line %d, column %s: %s", line, column, err)
}

func unreadable(err error) error {
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		return fault.New(fault.Invalid, "candles_line", "Line %d: %s", broken.Line, broken.Err)
	}
	if errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "candles_header", "The file is empty: its first line must be time,open,high,low,close")
	}
	return err
}

var errTime = errors.New("must be a time such as 2026-01-02T13:30:00Z, or 2026-01-02 13:30:00 in UTC")

// clock reads times. A date is parsed once for all lines of its day.
type clock struct {
	date string
	unix int64
}

func (k *clock) parse(s string) (int64, error) {
	if len(s) == 19 && s[10] == ' ' || len(s) == 20 && s[10] == 'T' && s[19] == 'Z' {
		if s[:10] != k.date {
			day, err := time.Parse(time.DateOnly, s[:10])
			if err != nil {
				return 0, errTime
			}
			k.date, k.unix = strings.Clone(s[:10]), day.Unix()
		}
		hour, minute, second := twoDigits(s[11:]), twoDigits(s[14:]), twoDigits(s[17:])
		if s[13] != ':' || s[16] != ':' || uint(hour) > 23 || uint(minute) > 59 || uint(second) > 59 {
			return 0, errTime
		}
		return k.unix + int64(hour*3600+minute*60+second), nil
	}
	t, err := time.Parse(time.RFC3339, s) // another zone
	if err != nil || t.Nanosecond() != 0 {
		return 0, errTime
	}
	return t.Unix(), nil
}

// twoDigits reads the number that a text begins with; -1 for anything else.
func twoDigits(s string) int {
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return -1
	}
	return int(s[0]-'0')*10 + int(s[1]-'0')
}

// WriteCSV writes candles as a file that ReadCSV reads: the header time,open,high,low,close, times as
// YYYY-MM-DD HH:MM:SS in UTC. The same candles always make the same bytes.
func WriteCSV(w io.Writer, candles []Candle) error {
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(strings.Join(columns[:middle], ",") + "\n")
	var line []byte
	for i := range candles {
		c := &candles[i]
		line = c.At().AppendFormat(line[:0], time.DateTime)
		for _, p := range []pip.Price{c.Open, c.High, c.Low, c.Close} {
			line = append(append(line, ','), p.String()...)
		}
		_, _ = out.Write(append(line, '\n')) // Flush returns its error
	}
	return out.Flush()
}
