package mtproto

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
)

const (
	maxParts   = 40 // of an upload
	maxPart    = 512 << 10
	maxUploads = 100 // that are kept until a message takes them
)

// upload is a file that is coming in.
type upload struct{ parts map[int][]byte }

// saveFilePart takes a part of a file.
func (s *Simulator) saveFilePart(_ *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.UploadSaveFilePartRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	switch {
	case in.FilePart < 0 || in.FilePart >= maxParts:
		return reply{}, tgerr.New(400, "FILE_PART_INVALID")
	case len(in.Bytes) == 0:
		return reply{}, tgerr.New(400, "FILE_PART_EMPTY")
	case len(in.Bytes) > maxPart:
		return reply{}, tgerr.New(400, "FILE_PART_TOO_BIG")
	}
	key := uploadKey{a.ID, in.FileID}
	if s.uploads == nil || len(s.uploads) >= maxUploads {
		s.uploads = map[uploadKey]*upload{}
	}
	if s.uploads[key] == nil {
		s.uploads[key] = &upload{parts: map[int][]byte{}}
	}
	s.uploads[key].parts[in.FilePart] = bytes.Clone(in.Bytes)
	return reply{result: &tg.BoolTrue{}}, nil
}

type uploadKey struct{ account, file int64 }

// sendMedia takes a photo that was uploaded before.
func (s *Simulator) sendMedia(c *conn, a *account, b *bin.Buffer) (reply, error) {
	var in tg.MessagesSendMediaRequest
	if err := read(b, &in); err != nil {
		return reply{}, err
	}
	media, ok := in.Media.(*tg.InputMediaUploadedPhoto)
	if !ok {
		return reply{}, tgerr.New(400, "MEDIA_INVALID")
	}
	file, ok := media.File.(*tg.InputFile)
	if !ok {
		return reply{}, tgerr.New(400, "FILE_ID_INVALID")
	}
	up := s.uploads[uploadKey{a.ID, file.ID}]
	if up == nil || len(up.parts) != file.Parts {
		return reply{}, tgerr.New(400, "FILE_PARTS_INVALID")
	}
	var data []byte
	for i := range file.Parts {
		part, ok := up.parts[i]
		if !ok {
			return reply{}, tgerr.New(400, "FILE_PART_MISSING")
		}
		data = append(data, part...)
	}
	switch {
	case !strings.HasPrefix(http.DetectContentType(data), "image/"):
		return reply{}, tgerr.New(400, "PHOTO_INVALID")
	case len([]rune(in.Message)) > maxPhotoText:
		return reply{}, tgerr.New(400, "MEDIA_CAPTION_TOO_LONG")
	}
	sum := sha256.Sum256(data)
	m, err := s.write(a, in.Peer, Message{Text: in.Message, Entities: packed(in.Entities), Photo: hex.EncodeToString(sum[:]), RandomID: in.RandomID})
	if err != nil {
		return reply{}, err
	}
	delete(s.uploads, uploadKey{a.ID, file.ID})
	return s.sent(c, a, m), s.save()
}
