package telegram

import (
	"crypto/rand"
	"errors"
	"io"
	"math/big"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/imagefile"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// mediaKinds are the files that people send, in the order in which an album shows them.
var mediaKinds = []string{"photo", "video", "document", "sticker"}

// postMedia is a person who sends files: a form with bot, user, caption, emoji (of a sticker) and the
// files photo, video, document or sticker. Two to ten of them are an album.
func (s *Service) postMedia(r *http.Request) (any, error) {
	if err := r.ParseMultipartForm(maxPhotoBytes); err != nil {
		if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
			return nil, tooBig
		}
		return nil, fault.New(fault.Malformed, "malformed", "The form can't be read: %v", err)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	id, err := strconv.ParseInt(r.FormValue("user"), 10, 64)
	if err != nil {
		return nil, fault.InvalidField("user", "malformed", "user must be a person's id")
	}
	files, err := mediaOf(r.MultipartForm)
	if err != nil {
		return nil, err
	}
	caption := strings.TrimSpace(r.FormValue("caption"))
	if units(caption) > maxCaption || caption != "" && files[0].kind == "sticker" {
		return nil, fault.InvalidField("caption", "malformed", "A caption has at most %d characters, and a sticker has none", maxCaption)
	}
	group := ""
	if len(files) > 1 {
		if group, err = newGroup(); err != nil {
			return nil, err
		}
	}
	ids := []int64{}
	err = s.do(r.Context(), func(t *tx) error {
		b, u, err := both(t, r.FormValue("bot"), id)
		if err != nil {
			return err
		}
		for i, f := range files {
			m := message{MediaGroup: group}
			if i == 0 {
				m.Caption = caption
			}
			if err := f.put(t, b.ID, &m, r.FormValue("emoji")); err != nil {
				return err
			}
			if m, err = s.says(t, b, u, m); err != nil {
				return err
			}
			ids = append(ids, m.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"message_id": ids[0], "message_ids": ids}, nil
}

// medium is a file of a form.
type medium struct {
	kind          string
	width, height int // of a picture
	upload
}

// mediaOf reads and checks the files of a form.
func mediaOf(form *multipart.Form) ([]medium, error) {
	var all []medium
	album := map[string]bool{}
	for _, kind := range mediaKinds {
		for _, head := range form.File[kind] {
			f, err := readMedium(kind, head)
			if err != nil {
				return nil, err
			}
			all = append(all, f)
			album[kind] = true
		}
	}
	switch {
	case len(all) == 0:
		return nil, fault.InvalidField("photo", "required", "Choose a file: photo, video, document or sticker")
	case len(all) > maxAlbum:
		return nil, fault.InvalidField(all[0].kind, "too_many", "An album has at most %d files", maxAlbum)
	case len(all) > 1 && (album["sticker"] || album["document"] && len(album) > 1):
		return nil, fault.InvalidField(all[len(all)-1].kind, "mixed", "An album has photos and videos, or documents")
	}
	return all, nil
}

func readMedium(kind string, head *multipart.FileHeader) (medium, error) {
	f, err := head.Open()
	if err != nil {
		return medium{}, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(f)
	if err != nil {
		return medium{}, err
	}
	m := medium{kind: kind, upload: upload{name: head.Filename, mime: head.Header.Get("Content-Type"), bytes: raw}}
	size, format, err := imagefile.Size(raw, photoLimits())
	m.width, m.height = size.X, size.Y
	switch {
	case kind == "photo" && (err != nil || len(raw) > maxPhotoBytes || m.width+m.height > maxPhotoSides):
		return m, fault.InvalidField("photo", "malformed", "A photo is a JPEG, PNG, GIF or WebP of at most 10 MB")
	case kind == "sticker" && format != "webp" && format != "png":
		return m, fault.InvalidField("sticker", "malformed", "A sticker is a WebP or PNG")
	case len(raw) == 0:
		return m, fault.InvalidField(kind, "malformed", "The file is empty")
	}
	return m, nil
}

// put stores a file and makes it a message's. Videos are not looked into: all are of one size and length.
func (f medium) put(t *tx, bot int64, m *message, emoji string) (err error) {
	if f.kind == "photo" {
		m.Photo, err = storePhoto(t, bot, f.bytes, f.width, f.height)
		return err
	}
	known, err := storeFile(t, bot, f.kind, f.upload)
	if err != nil {
		return err
	}
	switch f.kind {
	case "video":
		m.Video = &video{FileID: known.ID, UniqueID: known.UniqueID, Width: 1280, Height: 720, Duration: 10, Name: known.Name, Mime: known.Mime, Size: known.Size}
	case "sticker":
		m.Sticker = &sticker{FileID: known.ID, UniqueID: known.UniqueID, Type: "regular", Width: f.width, Height: f.height, Emoji: emoji, Size: known.Size}
	default:
		m.Document = known.document()
	}
	return nil
}

// newGroup makes the number that the messages of an album share.
func newGroup() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1<<53))
	if err != nil {
		return "", err
	}
	return n.String(), nil
}

// postContact is a person who shares a contact: their own when user_id is their number.
func (s *Service) postContact(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		act
		Phone     string `json:"phone_number"`
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		UserID    int64  `json:"user_id"`
		VCard     string `json:"vcard"`
	}](r)
	if err != nil {
		return nil, err
	}
	var wrong fault.Fields
	if in.Phone == "" {
		wrong.Add("phone_number", "required", "A contact has a phone number")
	}
	if in.FirstName == "" {
		wrong.Add("first_name", "required", "A contact has a first name")
	}
	if err := wrong.Err("contact", "This contact can't be shared"); err != nil {
		return nil, err
	}
	return s.say(r, in.act, func(*tx, *bot) (message, error) {
		return message{Contact: &contact{Phone: in.Phone, FirstName: in.FirstName, LastName: in.LastName, UserID: in.UserID, VCard: in.VCard}}, nil
	})
}

// postEdit is a person who changes a text or a caption of theirs.
func (s *Service) postEdit(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		act
		MessageID int64  `json:"message_id"`
		Text      string `json:"text"`
	}](r)
	if err != nil {
		return nil, err
	}
	in.Text = strings.TrimSpace(in.Text)
	if n := units(in.Text); n < 1 || n > maxText {
		return nil, fault.InvalidField("text", "malformed", "A message has 1 to %d characters", maxText)
	}
	return nil, s.do(r.Context(), func(t *tx) error {
		b, u, err := both(t, in.Bot, in.User)
		if err != nil {
			return err
		}
		return s.edits(t, b, u, in.MessageID, in.Text)
	})
}

// postForward is a person who forwards a message to a bot. Without from_chat_id it is one of their
// chat with the bot.
func (s *Service) postForward(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		act
		FromChat  int64 `json:"from_chat_id"`
		MessageID int64 `json:"message_id"`
	}](r)
	if err != nil {
		return nil, err
	}
	if in.FromChat == 0 {
		in.FromChat = in.User
	}
	var m message
	err = s.do(r.Context(), func(t *tx) error {
		b, u, err := both(t, in.Bot, in.User)
		if err == nil {
			m, err = s.forwards(t, b, u, in.FromChat, in.MessageID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"message_id": m.ID}, nil
}
