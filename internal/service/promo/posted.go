package promo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"path"
	"strings"
)

// KeepPosted keeps an image as it goes to a channel, whatever becomes of its template, and returns the object's key; "" where
// that fails: a post without it in the list is better than none in the channel. The same image is the same object.
func (s *Service) KeepPosted(ctx context.Context, img *Image) string {
	owner, err := tenantOf(ctx)
	if err == nil {
		sum := sha256.Sum256(img.Data)
		key := "tenants/" + owner + "/posts/" + hex.EncodeToString(sum[:]) + path.Ext(img.FileName)
		if err = s.o.Objects.Put(ctx, key, img.ContentType, img.Data, immutable); err == nil {
			return key
		}
	}
	slog.WarnContext(ctx, "the picture of a post was not kept", "error", err)
	return ""
}

// PostedURL returns the address under which a browser gets what KeepPosted has kept.
func (s *Service) PostedURL(key string) string {
	return s.FileURL(key, strings.TrimSuffix(path.Base(key), path.Ext(key)))
}
