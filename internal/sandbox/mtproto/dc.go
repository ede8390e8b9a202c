package mtproto

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

// The two data centres. The address of the settings is the first one's.
const (
	DC       = 2
	SecondDC = 4
)

// listenBeside listens for the second data centre: at the port where it was before, since clients
// remember it, or else at a free one.
func (s *Simulator) listenBeside(ctx context.Context, first net.Addr) (net.Listener, error) {
	host, _, err := net.SplitHostPort(first.String())
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	before := s.state.SecondPort
	s.mu.Unlock()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(before)))
	if err != nil && before != 0 {
		listener, err = config.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, fmt.Errorf("second data centre: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.SecondPort = port(listener)
	return listener, s.save()
}

// home is the data centre of a phone number, which is written with its +.
func home(phone string) int {
	if strings.HasPrefix(phone, "+15554") {
		return SecondDC
	}
	return DC
}

func migrate(kind string, dc int) error { return tgerr.New(303, kind+"_MIGRATE_"+strconv.Itoa(dc)) }

func (s *Simulator) getConfig(c *conn, _ *account, _ *bin.Buffer) (reply, error) {
	config := &tg.Config{ThisDC: c.dc, Date: s.date(), Expires: s.date() + 3600, MessageLengthMax: 4096, CaptionLengthMax: 1024,
		EditTimeLimit: 172800, ChannelsReadMediaPeriod: 604800, DCTxtDomainName: "localhost", MeURLPrefix: "https://t.me/"}
	for _, dc := range []int{DC, SecondDC} {
		if port := s.ports[dc]; port != 0 {
			config.DCOptions = append(config.DCOptions, tg.DCOption{ID: dc, Static: true, Ipv6: c.host.To4() == nil, IPAddress: c.host.String(), Port: port})
		}
	}
	return reply{result: config}, nil
}

func (s *Simulator) nearestDC(c *conn, _ *account, _ *bin.Buffer) (reply, error) {
	return reply{result: &tg.NearestDC{Country: "US", ThisDC: c.dc, NearestDC: DC}}, nil
}

// export is an authorization on its way from one data centre to another.
type export struct {
	account int64
	dc      int
}

func (s *Simulator) exportAuthorization(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.AuthExportAuthorizationRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	if in.DCID == c.dc || in.DCID != DC && in.DCID != SecondDC {
		return reply{}, tgerr.New(400, "DC_ID_INVALID")
	}
	secret := rand.Text()
	s.exports[secret] = export{a.ID, in.DCID}
	return reply{result: &tg.AuthExportedAuthorization{ID: a.ID, Bytes: []byte(secret)}}, nil
}

func (s *Simulator) importAuthorization(c *conn, _ *account, b *bin.Buffer) (reply, error) {
	var in tg.AuthImportAuthorizationRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	e, ok := s.exports[string(in.Bytes)]
	if !ok || e.account != in.ID || e.dc != c.dc {
		return reply{}, tgerr.New(400, "AUTH_BYTES_INVALID")
	}
	delete(s.exports, string(in.Bytes))
	return s.welcome(c, s.account(e.account), true)
}
