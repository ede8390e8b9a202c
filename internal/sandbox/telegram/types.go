package telegram

import "encoding/json"

// The objects of the Bot API, as far as they are simulated: https://core.telegram.org/bots/api.

type user struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

type chat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
}

type message struct {
	ID            int64   `json:"message_id"`
	From          *user   `json:"from,omitempty"`
	SenderChat    *chat   `json:"sender_chat,omitempty"`
	Chat          chat    `json:"chat"`
	Date          int64   `json:"date"`
	EditDate      int64   `json:"edit_date,omitempty"`
	ForwardOrigin *origin `json:"forward_origin,omitempty"`
	forwarded
	ReplyTo         *message    `json:"reply_to_message,omitempty"`
	MediaGroup      string      `json:"media_group_id,omitempty"`
	ProtectContent  bool        `json:"has_protected_content,omitempty"`
	Text            string      `json:"text,omitempty"`
	Entities        []entity    `json:"entities,omitempty"`
	Photo           []photoSize `json:"photo,omitempty"`
	Document        *document   `json:"document,omitempty"`
	Video           *video      `json:"video,omitempty"`
	Sticker         *sticker    `json:"sticker,omitempty"`
	Contact         *contact    `json:"contact,omitempty"`
	Caption         string      `json:"caption,omitempty"`
	CaptionEntities []entity    `json:"caption_entities,omitempty"`
	CaptionAbove    bool        `json:"show_caption_above_media,omitempty"`
	Spoiler         bool        `json:"has_media_spoiler,omitempty"`
	Preview         *preview    `json:"link_preview_options,omitempty"`
	MigrateTo       int64       `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom     int64       `json:"migrate_from_chat_id,omitempty"`
	Markup          *inline     `json:"reply_markup,omitempty"`
}

type origin struct {
	Type            string `json:"type"`
	Date            int64  `json:"date"`
	SenderUser      *user  `json:"sender_user,omitempty"`
	Chat            *chat  `json:"chat,omitempty"`
	MessageID       int64  `json:"message_id,omitempty"`
	AuthorSignature string `json:"author_signature,omitempty"`
}

// forwarded is the origin once more, as clients from before Bot API 7 read it; Telegram tells both.
type forwarded struct {
	ForwardFrom      *user  `json:"forward_from,omitempty"`
	ForwardFromChat  *chat  `json:"forward_from_chat,omitempty"`
	ForwardMessageID int64  `json:"forward_from_message_id,omitempty"`
	ForwardSignature string `json:"forward_signature,omitempty"`
	ForwardDate      int64  `json:"forward_date,omitempty"`
}

type entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	User     *user  `json:"user,omitempty"`
	Language string `json:"language,omitempty"`
	EmojiID  string `json:"custom_emoji_id,omitempty"`
}

type photoSize struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Size     int    `json:"file_size,omitempty"`
}

type document struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Name     string `json:"file_name,omitempty"`
	Mime     string `json:"mime_type,omitempty"`
	Size     int    `json:"file_size,omitempty"`
}

type video struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Duration int    `json:"duration"`
	Name     string `json:"file_name,omitempty"`
	Mime     string `json:"mime_type,omitempty"`
	Size     int    `json:"file_size,omitempty"`
}

type sticker struct {
	FileID     string `json:"file_id"`
	UniqueID   string `json:"file_unique_id"`
	Type       string `json:"type"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	IsAnimated bool   `json:"is_animated"`
	IsVideo    bool   `json:"is_video"`
	Emoji      string `json:"emoji,omitempty"`
	SetName    string `json:"set_name,omitempty"`
	Size       int    `json:"file_size,omitempty"`
}

type contact struct {
	Phone     string `json:"phone_number"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	UserID    int64  `json:"user_id,omitempty"`
	VCard     string `json:"vcard,omitempty"`
}

// preview is what a bot wants of the preview of a link.
type preview struct {
	IsDisabled  bool   `json:"is_disabled,omitempty"`
	URL         string `json:"url,omitempty"`
	PreferSmall bool   `json:"prefer_small_media,omitempty"`
	PreferLarge bool   `json:"prefer_large_media,omitempty"`
	Above       bool   `json:"show_above_text,omitempty"`
}

type inline struct {
	Rows [][]button `json:"inline_keyboard"`
}

type button struct {
	Text   string          `json:"text"`
	URL    string          `json:"url,omitempty"`
	Data   string          `json:"callback_data,omitempty"`
	Switch *string         `json:"switch_inline_query,omitempty"`
	Here   *string         `json:"switch_inline_query_current_chat,omitempty"`
	WebApp json.RawMessage `json:"web_app,omitempty"`
	Login  json.RawMessage `json:"login_url,omitempty"`
	Copy   json.RawMessage `json:"copy_text,omitempty"`
	Pay    bool            `json:"pay,omitempty"`
	Style  string          `json:"style,omitempty"`
}

type callbackQuery struct {
	ID       string   `json:"id"`
	From     user     `json:"from"`
	Message  *message `json:"message,omitempty"`
	Instance string   `json:"chat_instance"`
	Data     string   `json:"data"`
}

type chatMember struct {
	Status    string `json:"status"`
	User      user   `json:"user"`
	Anonymous *bool  `json:"is_anonymous,omitempty"` // of the creator and of administrators
	UntilDate *int64 `json:"until_date,omitempty"`
	*adminRights
}

// adminRights stand in a chatMember only of administrators.
type adminRights struct {
	CanBeEdited      bool `json:"can_be_edited"`
	CanManageChat    bool `json:"can_manage_chat"`
	CanChangeInfo    bool `json:"can_change_info"`
	CanPostMessages  bool `json:"can_post_messages"`
	CanEditMessages  bool `json:"can_edit_messages"`
	CanDelete        bool `json:"can_delete_messages"`
	CanInviteUsers   bool `json:"can_invite_users"`
	CanRestrict      bool `json:"can_restrict_members"`
	CanPromote       bool `json:"can_promote_members"`
	CanManageVideo   bool `json:"can_manage_video_chats"`
	CanPostStories   bool `json:"can_post_stories"`
	CanEditStories   bool `json:"can_edit_stories"`
	CanDeleteStories bool `json:"can_delete_stories"`
}

type memberUpdate struct {
	Chat chat       `json:"chat"`
	From user       `json:"from"`
	Date int64      `json:"date"`
	Old  chatMember `json:"old_chat_member"`
	New  chatMember `json:"new_chat_member"`
}

type update struct {
	ID           int64          `json:"update_id"`
	Message      *message       `json:"message,omitempty"`
	Edited       *message       `json:"edited_message,omitempty"`
	ChannelPost  *message       `json:"channel_post,omitempty"`
	Callback     *callbackQuery `json:"callback_query,omitempty"`
	MyChatMember *memberUpdate  `json:"my_chat_member,omitempty"`
}

// kind is the name by which allowed_updates knows an update.
func (u update) kind() string {
	switch {
	case u.Message != nil:
		return "message"
	case u.Edited != nil:
		return "edited_message"
	case u.ChannelPost != nil:
		return "channel_post"
	case u.Callback != nil:
		return "callback_query"
	}
	return "my_chat_member"
}
