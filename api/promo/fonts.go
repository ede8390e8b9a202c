package promo

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/render"
)

// Fonts serves what the browser lays text out with: the same outlines, advances and emoji
// pictures that the server draws.
type Fonts struct {
	Fonts *render.FontSet
	Emoji *render.Emoji

	mu     sync.Mutex
	packed map[string][]byte // gzipped outlines by hash; at most one entry for each font
}

const forever = "public, max-age=31536000, immutable"

type fontsOut struct {
	Fonts         []render.FontInfo `json:"fonts"`
	Emoji         string            `json:"emoji" doc:"Where the list of emoji pictures is."`
	EngineVersion int               `json:"engine_version" doc:"Changes with the pixels that the same request makes."`
}

// List answers the fonts and where their outlines are.
func (h *Fonts) List(c *gin.Context) error {
	c.Header("Cache-Control", "private, max-age=300")
	c.JSON(http.StatusOK, fontsOut{h.Fonts.Manifest(), "/fonts/emoji.json", render.EngineVersion})
	return nil
}

// Schema answers the JSON Schema of template metadata.
func (h *Fonts) Schema(c *gin.Context) error {
	c.Header("Cache-Control", "public, max-age=300")
	c.Data(http.StatusOK, "application/schema+json", render.Schema())
	return nil
}

// Font answers /fonts/{hash}.json, and the list of emoji under /fonts/emoji.json.
func (h *Fonts) Font(c *gin.Context) error {
	file := c.Param("file")
	if file == "emoji.json" {
		c.Header("Cache-Control", "public, max-age=3600")
		return h.send(c, file, h.Emoji.Manifest())
	}
	hash, ok := strings.CutSuffix(file, ".json")
	var data []byte
	if ok {
		data, ok = h.Fonts.JSON(hash)
	}
	if !ok {
		return notHere()
	}
	c.Header("Cache-Control", forever)
	return h.send(c, file, data)
}

// send answers JSON, packed where the caller takes that: outlines shrink to a third.
func (h *Fonts) send(c *gin.Context, file string, data []byte) error {
	c.Header("Vary", "Accept-Encoding")
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		packed, err := h.pack(file, data)
		if err != nil {
			return err
		}
		c.Header("Content-Encoding", "gzip")
		data = packed
	}
	c.Data(http.StatusOK, "application/json", data)
	return nil
}

func (h *Fonts) pack(file string, data []byte) ([]byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if packed, ok := h.packed[file]; ok {
		return packed, nil
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if h.packed == nil {
		h.packed = map[string][]byte{}
	}
	h.packed[file] = b.Bytes()
	return b.Bytes(), nil
}

// EmojiPicture answers /fonts/emoji/{key}.png.
func (h *Fonts) EmojiPicture(c *gin.Context) error {
	key, ok := strings.CutSuffix(c.Param("file"), ".png")
	var data []byte
	if ok {
		data, ok = h.Emoji.PNG(key)
	}
	if !ok {
		return notHere()
	}
	c.Header("Cache-Control", forever)
	c.Data(http.StatusOK, "image/png", data)
	return nil
}

func notHere() error {
	return fault.New(fault.NotFound, "not_found", "There is nothing at this address")
}
