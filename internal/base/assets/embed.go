// Package assets holds the works of others that the program carries: fonts, emoji pictures
// and the dashboard's own type, each with its licence. The files are not committed; `make assets`
// copies them from npm packages of fixed versions.
package assets

import (
	"embed"
	"io/fs"
)

// If the compiler says "pattern all:made_by_make_assets: no matching files found", run `make assets`.
//
//go:embed all:made_by_make_assets
var files embed.FS

// Fonts holds index.json, the static TTF files of the renderer and their licences.
func Fonts() fs.FS { return sub("fonts") }

// Emoji holds emoji.bin (PNG files end to end), index.json with their places, and the licence.
func Emoji() fs.FS { return sub("emoji") }

// UI holds the woff2 files of the dashboard's own type, index.json and their licences.
func UI() fs.FS { return sub("ui") }

func sub(name string) fs.FS {
	f, err := fs.Sub(files, "made_by_make_assets/"+name)
	if err != nil {
		panic(err) // only for an invalid path, and these are constants
	}
	return f
}
