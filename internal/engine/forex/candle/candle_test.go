package candle

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
)

const header = "time,open,high,low,close\n"

func TestReadCSV(t *testing.T) {
	s, err := ReadCSV(strings.NewReader("\ufeffTime,Open,High,Low,Close,Volume\r\n" +
		"2026-01-31 23:45:00,2650.1,2651,2649.5,2650.123456,9\r\n" +
		"2026-02-01T00:00:00Z,2650,2650,2650,2650,\r\n" +
		"2026-02-01T02:15:00+02:00,2650,2650,2650,2650,1\r\n\r\n"))
	require.NoError(t, err)
	require.Len(t, s.Candles, 3)
	require.Nil(t, s.Bid)
	require.Equal(t, time.Date(2026, 1, 31, 23, 45, 0, 0, time.UTC), s.Candles[0].At())
	require.Equal(t, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), s.Candles[1].At())
	require.Equal(t, time.Date(2026, 2, 1, 0, 15, 0, 0, time.UTC), s.Candles[2].At())
	require.Equal(t, "2650.12346", s.Candles[0].Close.String())

	s, err = ReadCSV(strings.NewReader("ask_close,ask_low,ask_high,ask_open,bid_open,bid_high,bid_low,bid_close,time,open,high,low,close\n" +
		"4.4,2.2,5.5,3.3,3.1,5.1,2.1,4.1,2026-01-02 00:00:00,3.2,5.3,2.15,4.2\n"))
	require.NoError(t, err)
	require.Equal(t, "3.10", s.Bid[0].Open.String())
	require.Equal(t, "5.50", s.Ask[0].High.String())
	require.Equal(t, "2.15", s.Candles[0].Low.String())
}

// Spreadsheets write a mark before the text, and some quote the names of columns.
func TestAMarkBeforeAQuotedHeader(t *testing.T) {
	for _, in := range []string{
		"\ufeff\"time\",\"open\",\"high\",\"low\",\"close\"\n\"2026-01-02 00:00:00\",3,4,2,3\n",
		"\ufeff" + header + "2026-01-02 00:00:00,3,4,2,3\n",
	} {
		s, err := ReadCSV(strings.NewReader(in))
		require.NoError(t, err, in)
		require.Len(t, s.Candles, 1)
	}
	for _, in := range []string{"", "\ufeff"} {
		_, err := ReadCSV(strings.NewReader(in))
		require.ErrorContains(t, err, "file is empty")
	}
}

func TestBadLinesAreNamed(t *testing.T) {
	const good = "2026-01-02 00:00:00,3,4,2,3\n"
	for name, c := range map[string]struct{ in, says string }{
		"empty":            {"", "file is empty"},
		"no header":        {good, "is no column of candles"},
		"a column missing": {"time,open,high,low\n", `Line 1: the column "close" is missing`},
		"twice":            {"time,open,high,low,close,open\n", "there twice"},
		"half of the bid":  {"time,open,high,low,close,bid_open\n", `"bid_high" is missing`},
		"bid without ask":  {"time,open,high,low,close,bid_open,bid_high,bid_low,bid_close\n", `"ask_open" is missing`},
		"too few fields":   {header + good + "2026-01-02 00:15:00,3,4,2\n", "Line 3: wrong number of fields"},
		"a word":           {header + good + "2026-01-02 00:15:00,3,four,2,3\n", "Line 3, column high: must be a decimal number"},
		"an exponent":      {header + "2026-01-02 00:15:00,3e2,4,2,3\n", "Line 2, column open"},
		"zero":             {header + "2026-01-02 00:15:00,3,4,0,3\n", "Line 2, column low: must be above 0"},
		"high below close": {header + "2026-01-02 00:15:00,3,4,2,5\n", "Line 2, column open: high is below"},
		"low above open":   {header + "2026-01-02 00:15:00,3,6,4,5\n", "low is above"},
		"no date":          {header + "2026-02-30 00:15:00,3,4,2,3\n", "Line 2, column time: must be a time"},
		"no time of day":   {header + "2026-02-20 24:15:00,3,4,2,3\n", "Line 2, column time"},
		"other separators": {header + "2026-02-20 20-15-00,3,4,2,3\n", "Line 2, column time"},
		"a number":         {header + "1767312000,3,4,2,3\n", "Line 2, column time"},
		"the same time":    {header + good + good, "Line 3, column time: must be after"},
		"backwards":        {header + good + "2026-01-01 00:00:00,3,4,2,3\n", "Line 3, column time: must be after"},
		"a quote":          {header + good + "\"2026-01-02 00:15:00,3,4,2,3\n", "Line 3"},
		"ask below bid": {"time,open,high,low,close,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n" +
			"2026-01-02 00:00:00,3,4,2,3,3,4,2,3,3,4,2,2.9\n", "Line 2, column ask_open: "},
	} {
		_, err := ReadCSV(strings.NewReader(c.in))
		f, ok := errors.AsType[*fault.Error](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Contains(t, f.Message, c.says, name)
	}
}

func series(t *testing.T, times ...string) []Candle {
	t.Helper()
	var b strings.Builder
	b.WriteString(header)
	for i, at := range times {
		fmt.Fprintf(&b, "2026-01-02 %s:00,%d,%d,%d,%d\n", at, 100+i, 110+i, 90-i, 105+i)
	}
	s, err := ReadCSV(strings.NewReader(b.String()))
	require.NoError(t, err)
	return s.Candles
}

func TestResample(t *testing.T) {
	longer := Resample(series(t, "00:05", "00:10", "00:15", "00:40", "00:44", "00:45"), M15)
	require.Len(t, longer, 4)
	for i, want := range []struct{ at, open, high, low, close string }{
		{"00:00", "100.00", "111.00", "89.00", "106.00"},
		{"00:15", "102.00", "112.00", "88.00", "107.00"},
		{"00:30", "103.00", "114.00", "86.00", "109.00"},
		{"00:45", "105.00", "115.00", "85.00", "110.00"},
	} {
		c := longer[i]
		require.Equal(t, want.at, c.At().Format("15:04"))
		require.Equal(t, want.open, c.Open.String())
		require.Equal(t, want.high, c.High.String())
		require.Equal(t, want.low, c.Low.String())
		require.Equal(t, want.close, c.Close.String())
	}
	require.Equal(t, int64(-900), M15.Start(-1), "before 1970, too")
}

func TestGaps(t *testing.T) {
	clock := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", "2026-01-02 "+s)
		require.NoError(t, err)
		return at
	}
	candles := series(t, "00:15", "00:30", "01:15")
	closed := func(at time.Time) bool { return !at.Equal(clock("01:00")) }
	require.Equal(t, []Gap{
		{clock("00:00"), clock("00:15")},
		{clock("00:45"), clock("01:00")},
		{clock("01:30"), clock("02:00")},
	}, Gaps(candles, M15, clock("00:00"), clock("02:00"), closed))
	require.Empty(t, Gaps(candles, M15, clock("00:15"), clock("00:45"), closed))
}

func TestParts(t *testing.T) {
	s := Series{Candles: series(t, "00:00", "00:15", "00:30", "00:45")}
	at := func(i int) time.Time { return s.Candles[i].At() }
	require.Equal(t, s.Candles[1:3], s.Between(at(1), at(3)).Candles)
	require.Equal(t, s.Candles, s.Between(time.Time{}, time.Time{}).Candles)
	require.Equal(t, s.Candles[2:], s.Between(at(1).Add(time.Second), time.Time{}).Candles)
	require.Empty(t, s.Between(at(3), at(1)).Candles)
	in, out := s.Split(70)
	require.Equal(t, s.Candles[:2], in.Candles)
	require.Equal(t, s.Candles[2:], out.Candles)
}

func FuzzReadCSV(f *testing.F) {
	f.Add(header + "2026-01-02 00:00:00,3,4,2,3\n2026-01-02T00:15:00Z,3,4,2,3\n")
	f.Add("time,open,high,low,close,volume\n\"2026-01-02 00:00:00\",3,4,2,3,\n")
	f.Fuzz(func(t *testing.T, in string) {
		s, err := ReadCSV(strings.NewReader(in))
		if err != nil {
			return
		}
		for i := range s.Candles {
			require.NoError(t, s.Candles[i].Check())
			require.True(t, i == 0 || s.Candles[i-1].Time < s.Candles[i].Time)
		}
	})
}
