package botapi

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/promostack/promostack/internal/host/secrets"
)

// Me is what Telegram says about a bot.
type Me struct {
	ID        int64  `json:"id"`
	Username  string `json:"username"`
	FirstName string `json:"first_name"`
}

// Chat is what Telegram says about a chat.
type Chat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"` // private, group, supergroup, channel
	Title     string `json:"title"`
	Username  string `json:"username"`
	FirstName string `json:"first_name"`
}

// Member is somebody's role in a chat.
type Member struct {
	Status  string `json:"status"`            // creator, administrator, member, restricted, left, kicked
	CanPost bool   `json:"can_post_messages"` // of an administrator of a channel
}

// Webhook is where Telegram delivers a bot's updates.
type Webhook struct {
	URL           string `json:"url"` // empty: they are fetched
	Pending       int    `json:"pending_update_count"`
	LastErrorDate int64  `json:"last_error_date"`
	LastError     string `json:"last_error_message"`
}

// ask makes a call and reads its result.
func ask[T any](ctx context.Context, c *Client, token secrets.Text, method string, params map[string]string) (T, error) {
	var out T
	result, err := c.Do(ctx, token, Call{Method: method, Params: params})
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(result, &out); err != nil {
		return out, fmt.Errorf("telegram's answer to %s: %w", method, err)
	}
	return out, nil
}

// Me tells who a token belongs to.
func (c *Client) Me(ctx context.Context, token secrets.Text) (Me, error) {
	return ask[Me](ctx, c, token, "getMe", nil)
}

// Chat finds a chat by "@name" or by its number.
func (c *Client) Chat(ctx context.Context, token secrets.Text, chat string) (Chat, error) {
	return ask[Chat](ctx, c, token, "getChat", map[string]string{"chat_id": chat})
}

// Member returns somebody's role in a chat.
func (c *Client) Member(ctx context.Context, token secrets.Text, chat, user int64) (Member, error) {
	return ask[Member](ctx, c, token, "getChatMember", map[string]string{"chat_id": id(chat), "user_id": id(user)})
}

// MemberCount tells how many members a chat has.
func (c *Client) MemberCount(ctx context.Context, token secrets.Text, chat int64) (int64, error) {
	return ask[int64](ctx, c, token, "getChatMemberCount", map[string]string{"chat_id": id(chat)})
}

// Webhook tells where a bot's updates go.
func (c *Client) Webhook(ctx context.Context, token secrets.Text) (Webhook, error) {
	return ask[Webhook](ctx, c, token, "getWebhookInfo", nil)
}

// SetWebhook tells Telegram where to deliver a bot's updates, and the secret that it must show there.
func (c *Client) SetWebhook(ctx context.Context, token secrets.Text, address string, secret secrets.Text) error {
	_, err := ask[bool](ctx, c, token, "setWebhook", map[string]string{"url": address, "secret_token": secret.Reveal(),
		"allowed_updates": allowed, "max_connections": "40"})
	return err
}

// DeleteWebhook tells Telegram that a bot's updates are fetched. Those that wait stay.
func (c *Client) DeleteWebhook(ctx context.Context, token secrets.Text) error {
	_, err := ask[bool](ctx, c, token, "deleteWebhook", nil)
	return err
}

// Command is an entry of a bot's menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// SetCommands writes a bot's menu.
func (c *Client) SetCommands(ctx context.Context, token secrets.Text, commands []Command) error {
	data, err := json.Marshal(commands)
	if err != nil {
		return err
	}
	_, err = ask[bool](ctx, c, token, "setMyCommands", map[string]string{"commands": string(data)})
	return err
}

// PollWait is how long Telegram holds one question for updates when there are none.
const PollWait = 25 * time.Second
