package mtproto

import (
	"context"
	"net"
	"strconv"

	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"
)

func dcOption(dc int, address string) (tg.DCOption, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return tg.DCOption{}, err
	}
	number, err := strconv.Atoi(port)
	return tg.DCOption{ID: dc, IPAddress: host, Port: number, Static: true}, err
}

// testList are the data centres of a test server: the one of the settings, and those that the kept session
// knows of, since an account lives in one of them. The library remembers none of them beyond its life, but
// for Telegram's own.
func (c *Client) testList(ctx context.Context, first tg.DCOption) (dcs.List, error) {
	list := dcs.List{Options: []tg.DCOption{first}}
	kept, err := c.o.Keeper.Session(ctx)
	if err != nil || len(kept) == 0 {
		return list, err
	}
	data, err := parse(ctx, kept)
	if err != nil {
		return list, err
	}
	told := data.Config.DCOptions
	if imported, err := dcOption(data.DC, data.Addr); err == nil && len(told) == 0 {
		told = append(told, imported)
	}
	for _, dc := range told {
		if dc.ID != first.ID {
			list.Options = append(list.Options, dc)
		}
	}
	return list, nil
}

// sameHost is an address that a test server told, on the host of the settings: it may tell one that only
// itself understands.
func sameHost(known, told string) string {
	host, _, err := net.SplitHostPort(known)
	_, port, bad := net.SplitHostPort(told)
	if err != nil || bad != nil {
		return known
	}
	return net.JoinHostPort(host, port)
}
