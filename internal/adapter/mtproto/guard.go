package mtproto

import (
	"context"
	"errors"
	"net"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/tg"
)

func (c *Client) guarded(next tg.Invoker) telegram.InvokeFunc {
	return func(ctx context.Context, in bin.Encoder, out bin.Decoder) error {
		if err := c.allowed(); err != nil {
			return err
		}
		err := next.Invoke(ctx, in, out)
		if err == nil && c.o.Seen != nil {
			c.o.Seen()
		}
		return err
	}
}

// allowed asks the guard; a refusal ends the client.
func (c *Client) allowed() error {
	if c.o.Guard == nil {
		return nil
	}
	err := c.o.Guard()
	if err != nil {
		c.fail(err)
	}
	return err
}

func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if err := c.allowed(); err != nil {
		return nil, err
	}
	if c.o.Address != "" {
		address = sameHost(c.o.Address, address)
	}
	conn, err := (&net.Dialer{Timeout: callLimit}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &guardedConn{conn, c}, nil
}

// guardedConn writes nothing that the guard does not allow: a process that was stopped for a while
// may go on in the middle of a write, and must not finish it.
type guardedConn struct {
	net.Conn
	c *Client
}

func (g *guardedConn) Write(b []byte) (int, error) {
	if err := g.c.allowed(); err != nil {
		return 0, errors.Join(err, g.Close())
	}
	return g.Conn.Write(b)
}
