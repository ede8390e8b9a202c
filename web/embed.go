// Package web holds the dashboard: plain HTML, CSS and JavaScript modules, embedded in the binary
// and served without a build step.
package web

import (
	"embed"
	"io/fs"
)

//go:embed static
var embedded embed.FS

// files is the dashboard's tree with index.html at its root.
func files() fs.FS {
	sub, err := fs.Sub(embedded, "static")
	if err != nil {
		// fs.Sub refuses invalid path names only, and this one is a constant.
		panic("web: " + err.Error())
	}
	return sub
}
