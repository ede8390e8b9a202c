package telegram

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/imagefile"
	"golang.org/x/image/draw"
)

// Telegram's limits on what bots send and load.
const (
	maxPhotoBytes    = 10 << 20
	maxPhotoSides    = 10_000
	maxPhotoRatio    = 20
	maxDocumentBytes = 50 << 20
	maxFetched       = 20 << 20 // getFile
)

// photoLimits are for what is decoded; the sum of the sides bounds a photo to 25 million pixels.
func photoLimits() imagefile.Limits {
	return imagefile.Limits{MaxPixels: 26_000_000, MaxSide: maxPhotoSides}
}

// file is a row of the table files. A photo's sizes are rows with the same content; they are drawn
// when somebody looks at them.
type file struct {
	ID, UniqueID  string
	bot           int64
	Kind          string // photo, document, video or sticker
	hash          string
	Width, Height int
	Size          int
	Name, Mime    string
	of            string // the photo, for its sizes
}

const fileColumns = "id, unique_id, bot, kind, hash, width, height, size, name, mime, of"

func scanFile(scan func(...any) error) (file, error) {
	var f file
	err := scan(&f.ID, &f.UniqueID, &f.bot, &f.Kind, &f.hash, &f.Width, &f.Height, &f.Size, &f.Name, &f.Mime, &f.of)
	return f, err
}

func addFile(t *tx, f file) error {
	return t.exec("INSERT INTO files ("+fileColumns+") VALUES (?,?,?,?,?,?,?,?,?,?,?)",
		f.ID, f.UniqueID, f.bot, f.Kind, f.hash, f.Width, f.Height, f.Size, f.Name, f.Mime, f.of)
}

func findFile(t *tx, id string) (*file, error) {
	var found *file
	err := t.each("SELECT "+fileColumns+" FROM files WHERE id = ?", []any{id}, func(scan func(...any) error) error {
		f, err := scanFile(scan)
		found = &f
		return err
	})
	return found, err
}

// content stores bytes once, however often they are sent.
func content(t *tx, raw []byte) (string, error) {
	sum := sha256.Sum256(raw)
	hash := hex.EncodeToString(sum[:])
	return hash, t.exec("INSERT INTO contents (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING", hash, raw)
}

// newFileID makes a file's name for one bot. Real ones are as opaque and about as long.
func newFileID(prefix string) string { return prefix + rand.Text() + rand.Text() }

// attached finds the file that a parameter (or a media's field) names: an upload under that name,
// one that "attach://" points to, or one that the bot has sent before.
func (c *call) attached(parameter, value, kind string) (*upload, *file, error) {
	if u, ok := c.files[parameter]; ok && (value == "" || value == parameter) {
		return &u, nil, nil
	}
	if name, ok := strings.CutPrefix(value, "attach://"); ok {
		u, found := c.files[name]
		if !found {
			return nil, nil, bad("file \"%s\" not found in the request", name)
		}
		return &u, nil, nil
	}
	wrong := bad("wrong file identifier/HTTP URL specified")
	switch {
	case value == "":
		return nil, nil, bad("there is no %s in the request", kind)
	case isAddress(value):
		u, loaded := c.remote[value]
		if !loaded { // or it is on another machine, which nothing here calls
			return nil, nil, bad("failed to get HTTP URL content")
		}
		return &u, nil, nil
	}
	f, err := findFile(c.tx, value)
	if err != nil {
		return nil, nil, err
	}
	if f == nil || f.bot != c.bot.ID {
		return nil, nil, wrong
	}
	if f.Kind != kind {
		return nil, nil, bad("can't use file of type %s as %s", title(f.Kind), title(kind))
	}
	return nil, f, nil
}

func title(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }

// photo is the photo that a parameter names, in all its sizes, the smallest first.
func (c *call) photo(parameter, value string) ([]photoSize, error) {
	u, known, err := c.attached(parameter, value, "photo")
	if err != nil {
		return nil, err
	}
	if known != nil {
		return c.sizes(known)
	}
	if len(u.bytes) == 0 {
		return nil, bad("file must be non-empty")
	}
	if len(u.bytes) > maxPhotoBytes {
		return nil, &refusal{Code: http.StatusBadRequest, Text: "Bad Request: file is too big for a photo: maximum allowed size is 10485760 bytes"}
	}
	size, _, err := imagefile.Size(u.bytes, photoLimits())
	if fault.Is(err, fault.TooLarge) {
		return nil, bad("PHOTO_INVALID_DIMENSIONS")
	}
	if err != nil {
		return nil, bad("IMAGE_PROCESS_FAILED")
	}
	w, h := size.X, size.Y
	if w < 1 || h < 1 || w+h > maxPhotoSides || w > maxPhotoRatio*h || h > maxPhotoRatio*w {
		return nil, bad("PHOTO_INVALID_DIMENSIONS")
	}
	return storePhoto(c.tx, c.bot.ID, u.bytes, w, h)
}

func storePhoto(t *tx, bot int64, raw []byte, w, h int) ([]photoSize, error) {
	hash, err := content(t, raw)
	if err != nil {
		return nil, err
	}
	var out []photoSize
	of := newFileID("AgAC")
	for _, side := range []int{90, 320, 800, 0} {
		f := file{ID: newFileID("AgAC"), UniqueID: "AQAD" + rand.Text()[:12], bot: bot, Kind: "photo", hash: hash, Width: w, Height: h, Size: len(raw), of: of,
			Mime: http.DetectContentType(raw)}
		if side > 0 {
			if max(w, h) <= side {
				continue
			}
			f.Width, f.Height, f.Size, f.Mime = scaled(w, side, max(w, h)), scaled(h, side, max(w, h)), 0, "image/jpeg"
		} else {
			f.ID = of
		}
		if err := addFile(t, f); err != nil {
			return nil, err
		}
		out = append(out, f.size())
	}
	return out, nil
}

func scaled(length, side, longest int) int { return max(1, (length*side+longest/2)/longest) }

func (f file) size() photoSize {
	return photoSize{FileID: f.ID, UniqueID: f.UniqueID, Width: f.Width, Height: f.Height, Size: f.Size}
}

// sizes are all sizes of a photo that was sent before, whichever of them is named.
func (c *call) sizes(known *file) ([]photoSize, error) {
	var out []photoSize
	err := c.each("SELECT "+fileColumns+" FROM files WHERE of = ? ORDER BY width", []any{known.of}, func(scan func(...any) error) error {
		f, err := scanFile(scan)
		out = append(out, f.size())
		return err
	})
	return out, err
}

// document is the document that a parameter names.
func (c *call) document(parameter, value string) (*document, error) {
	u, known, err := c.attached(parameter, value, "document")
	if err != nil {
		return nil, err
	}
	if known == nil {
		switch {
		case len(u.bytes) == 0:
			return nil, bad("file must be non-empty")
		case len(u.bytes) > maxDocumentBytes:
			return nil, &refusal{Code: http.StatusRequestEntityTooLarge, Text: "Request Entity Too Large"}
		}
		if known, err = storeFile(c.tx, c.bot.ID, "document", *u); err != nil {
			return nil, err
		}
	}
	return known.document(), nil
}

func (f file) document() *document {
	return &document{FileID: f.ID, UniqueID: f.UniqueID, Name: f.Name, Mime: f.Mime, Size: f.Size}
}

// prefixes are what the ids of files begin with.
var prefixes = map[string]string{"document": "BQAC", "video": "BAAC", "sticker": "CAAC"}

// storeFile keeps a file that is no photo.
func storeFile(t *tx, bot int64, kind string, u upload) (*file, error) {
	hash, err := content(t, u.bytes)
	if err != nil {
		return nil, err
	}
	mime := u.mime
	if mime == "" || mime == "application/octet-stream" {
		mime, _, _ = strings.Cut(http.DetectContentType(u.bytes), ";")
	}
	f := file{ID: newFileID(prefixes[kind]), UniqueID: "AgAD" + rand.Text()[:12], bot: bot, Kind: kind, hash: hash, Size: len(u.bytes), Name: u.name, Mime: mime}
	return &f, addFile(t, f)
}

// extensions are those of the types of files that are usual here. A document has its name's.
var extensions = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "video/mp4": ".mp4", "video/webm": ".webm",
	"text/plain": ".txt", "text/csv": ".csv", "application/json": ".json", "application/pdf": ".pdf", "application/zip": ".zip",
}

var extensionForm = regexp.MustCompile(`^\.[A-Za-z0-9]{1,10}$`)

// path is where a file can be loaded from: its kind, its id, and an extension that fits.
func (f file) path() string {
	extension := strings.ToLower(path.Ext(f.Name))
	if f.Kind == "photo" || !extensionForm.MatchString(extension) {
		extension = extensions[f.Mime]
	}
	if f.Kind == "photo" && extension == "" {
		extension = ".jpg"
	}
	return f.Kind + "s/" + f.ID + extension
}

// getFile answers where a file can be loaded from. The path holds the file's id: it is of no use
// without the bot's token.
func getFile(c *call) (any, error) {
	if c.text("file_id") == "" {
		return nil, bad("file_id not specified")
	}
	f, err := findFile(c.tx, c.text("file_id"))
	if err != nil {
		return nil, err
	}
	if f == nil || f.bot != c.bot.ID {
		return nil, bad("invalid file_id")
	}
	if f.Size > maxFetched {
		return nil, bad("file is too big")
	}
	out := map[string]any{"file_id": f.ID, "file_unique_id": f.UniqueID, "file_path": f.path()}
	if f.Size > 0 {
		out["file_size"] = f.Size
	}
	return out, nil
}

// download answers what getFile pointed to.
func (s *Service) download(w http.ResponseWriter, r *http.Request, token, name string) {
	_, id, _ := strings.Cut(name, "/")
	id, _, _ = strings.Cut(id, ".")
	var f *file
	var raw []byte
	err := s.do(r.Context(), func(t *tx) error {
		b, err := botOf(t, token)
		if err != nil {
			return err
		}
		if f, err = findFile(t, id); err != nil || f == nil || f.bot != b.ID {
			f = nil
			return err
		}
		_, err = t.get("SELECT bytes FROM contents WHERE hash = ?", []any{f.hash}, &raw)
		return err
	})
	if err != nil || f == nil {
		writeAnswer(w, refused(&refusal{Code: http.StatusNotFound, Text: "Not Found"}))
		return
	}
	writeFile(w, f, raw)
}

// writeFile answers a file's bytes; a photo's smaller sizes are drawn now.
func writeFile(w http.ResponseWriter, f *file, raw []byte) {
	kind := f.Mime
	if f.Kind == "photo" {
		kind = http.DetectContentType(raw)
		if smaller := shrink(raw, f.Width, f.Height); smaller != nil {
			raw, kind = smaller, "image/jpeg"
		}
	} else {
		// A file is anything: no browser may take it for a page.
		w.Header().Set("Content-Disposition", "attachment")
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Cache-Control", "private, max-age=86400, immutable")
	_, _ = w.Write(raw) // the client is gone: nobody to tell
}

// shrink draws a picture smaller; nil when it has that size already or can't be drawn.
func shrink(raw []byte, width, height int) []byte {
	size, _, err := imagefile.Size(raw, photoLimits())
	if err != nil || size.X == width {
		return nil
	}
	picture, _, err := imagefile.Decode(raw, photoLimits())
	if err != nil {
		return nil
	}
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(small, small.Bounds(), picture, picture.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	if jpeg.Encode(&out, small, &jpeg.Options{Quality: 82}) != nil {
		return nil
	}
	return out.Bytes()
}
