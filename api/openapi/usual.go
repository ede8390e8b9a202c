package openapi

import (
	"strconv"

	"github.com/promostack/promostack/api/httpx"
)

// Paging is the parameters of every list.
func Paging(more ...Parameter) []Parameter {
	return append([]Parameter{
		Query("after", String(), "The cursor of the page before: its `next`."),
		Query("limit", Integer(1, httpx.MaxPage), "How many at most; without it, "+strconv.Itoa(httpx.DefaultPage)+"."),
	}, more...)
}

// VersionTag is the header of an answer about one row.
func VersionTag() map[string]string {
	return map[string]string{"ETag": "The row's version, for If-Match."}
}
