package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// Emoji maps emoji sequences to pictures. A sequence is matched by the longest known one, with
// variation selectors ignored: an unknown sequence of joined emoji falls apart into the ones that
// are known, as everywhere. It is made once and safe for concurrent use.
type Emoji struct {
	bin      []byte
	places   map[string]emojiPlace
	root     *emojiNode
	manifest []byte
	decoded  sync.Map // key → image.Image
}

type emojiPlace struct{ offset, length int }

type emojiNode struct {
	next map[rune]*emojiNode
	key  string // "" when no emoji ends here
	text bool   // shown as a letter unless U+FE0F follows, when a font has it
	one  bool   // of one code point, selectors left out
}

const (
	textSelector  = '\uFE0E'
	emojiSelector = '\uFE0F'
)

// LoadEmoji reads index.json ([key, offset, length, short form] …) and emoji.bin.
func LoadEmoji(fsys fs.FS) (*Emoji, error) {
	data, err := fs.ReadFile(fsys, "index.json")
	if err != nil {
		return nil, fmt.Errorf("read the list of emoji: %w", err)
	}
	var rows [][4]any
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("read the list of emoji: %w", err)
	}
	e := &Emoji{places: map[string]emojiPlace{}, root: &emojiNode{}}
	if e.bin, err = fs.ReadFile(fsys, "emoji.bin"); err != nil {
		return nil, fmt.Errorf("read the emoji pictures: %w", err)
	}
	keys := make([]string, 0, len(rows))
	for _, row := range rows {
		key, _ := row[0].(string)
		offset, _ := row[1].(float64)
		length, _ := row[2].(float64)
		place := emojiPlace{int(offset), int(length)}
		if place.offset < 0 || place.length <= 0 || place.offset+place.length > len(e.bin) {
			return nil, fmt.Errorf("the emoji %q lies outside of emoji.bin", key)
		}
		if err := e.root.insert(key); err != nil {
			return nil, err
		}
		e.places[key] = place
		keys = append(keys, key)
	}
	sort.Strings(keys)
	e.manifest, err = json.Marshal(map[string]any{"keys": keys, "url": "/fonts/emoji/{key}.png"})
	return e, err
}

func (n *emojiNode) insert(key string) error {
	count := 0
	for _, part := range strings.Split(key, "-") {
		v, err := strconv.ParseInt(part, 16, 32)
		if err != nil {
			return fmt.Errorf("the emoji key %q is malformed: %w", key, err)
		}
		r := rune(v)
		if r == emojiSelector {
			continue
		}
		count++
		if n.next == nil {
			n.next = map[rune]*emojiNode{}
		}
		if n.next[r] == nil {
			n.next[r] = &emojiNode{}
		}
		n = n.next[r]
	}
	n.key = key
	n.one = count == 1
	n.text = count == 1 && strings.HasSuffix(key, "-fe0f")
	return nil
}

// emojiMatch is an emoji at the start of a text; its node is nil when there is none.
type emojiMatch struct {
	node   *emojiNode
	length int  // code points, variation selectors included
	forced bool // U+FE0F asks for the picture
	plain  bool // U+FE0E asks for the letter
}

// asLetter tells whether a letter is to be shown, when a font has it, and the picture only when none has.
func (m emojiMatch) asLetter() bool {
	return m.node.one && (m.plain || m.node.text && !m.forced)
}

// match finds the longest emoji at the start of text.
func (e *Emoji) match(text []rune) emojiMatch {
	var m emojiMatch
	n := e.root
	for i, r := range text {
		if r == emojiSelector && i > 0 {
			if m.length == i {
				m.length, m.forced = i+1, m.forced || i == 1
			}
			continue
		}
		if n = n.next[r]; n == nil {
			break
		}
		if n.key != "" {
			m.node, m.length = n, i+1
		}
	}
	if m.node != nil && m.length < len(text) && text[m.length] == textSelector {
		m.length, m.plain = m.length+1, true
	}
	return m
}

// PNG returns the picture of an emoji key like "1f600"; a caller must not change the bytes.
func (e *Emoji) PNG(key string) ([]byte, bool) {
	p, ok := e.places[key]
	if !ok {
		return nil, false
	}
	return e.bin[p.offset : p.offset+p.length : p.offset+p.length], true
}

// Manifest returns the JSON that tells the browser which emoji there are.
func (e *Emoji) Manifest() []byte { return e.manifest }

func (e *Emoji) image(key string) (image.Image, error) {
	if img, ok := e.decoded.Load(key); ok {
		return img.(image.Image), nil
	}
	data, ok := e.PNG(key)
	if !ok {
		return nil, fmt.Errorf("there is no emoji %q", key)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("decode the emoji %q: %w", key, err)
	}
	e.decoded.Store(key, img)
	return img, nil
}
