package imagefile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"

	"github.com/kovidgoyal/imaging/prism/meta/icc"
)

// maxProfile is the largest profile that is read, in bytes; those of printing presses have up to two million.
const maxProfile = 4 << 20

// gridPoints is how many values of each channel a table holds, by the number of channels. Between them
// is interpolated, which is at most one of 255 off.
var gridPoints = map[int]int{1: 256, 3: 65, 4: 25}

// table is a profile's conversion to sRGB.
type table struct {
	channels int
	samples  [][3]float32 // 0 to 255
	steps    [4]int       // distance of neighbours of each channel in samples
	corners  []int        // distances of the corners around a place, bit c for the upper one of channel c
	places   [256]int     // the lower neighbour of a value of a channel
	parts    [256]float32 // how far a value is on the way to the upper one
}

// inSRGB gives a picture's pixels in sRGB, not multiplied with alpha. A profile that is damaged, or for
// another kind of picture, is left aside, as browsers do.
func inSRGB(img image.Image, profile []byte) *image.NRGBA {
	channels := 3
	switch img.(type) {
	case *image.Gray, *image.Gray16:
		channels = 1
	case *image.CMYK:
		channels = 4
	}
	t, err := newTable(profile, channels, gridPoints)
	if t == nil || err != nil {
		return straightOf(img)
	}
	if p, ok := img.(*image.CMYK); ok {
		return t.fromCMYK(p)
	}
	out := straightOf(img)
	for i := 0; i+3 < len(out.Pix); i += 4 {
		pixel := out.Pix[i : i+4 : i+4]
		pixel[0], pixel[1], pixel[2] = t.at(pixel[:t.channels])
	}
	return out
}

func (t *table) fromCMYK(img *image.CMYK) *image.NRGBA {
	size := img.Rect.Size()
	out := image.NewNRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		from, to := img.Pix[y*img.Stride:], out.Pix[y*out.Stride:]
		for x := range size.X {
			to[4*x], to[4*x+1], to[4*x+2] = t.at(from[4*x : 4*x+4])
			to[4*x+3] = 0xff
		}
	}
	return out
}

// newTable makes the table of a profile for a picture of so many channels; nil where nothing has to be
// converted.
func newTable(profile []byte, channels int, points map[int]int) (t *table, err error) {
	if len(profile) == 0 {
		return nil, nil
	}
	defer func() { // strangers' bytes: what the library trips over is a damaged profile
		if r := recover(); r != nil {
			t, err = nil, fmt.Errorf("read the colour profile: %v", r)
		}
	}()
	pipeline, channels, err := readProfile(profile, channels)
	if err != nil || pipeline == nil {
		return nil, err
	}
	return sample(pipeline, channels, points[channels]), nil
}

// readProfile reads how a profile converts the colours of a picture of so many channels, and how many it
// takes of them; nil when it is sRGB's own.
func readProfile(profile []byte, channels int) (pipeline *icc.Pipeline, takes int, err error) {
	if err := checkProfile(profile); err != nil {
		return nil, 0, err
	}
	p, err := icc.DecodeProfile(bytes.NewReader(profile))
	if err != nil {
		return nil, 0, err
	}
	if channels == 1 && p.Header.DataColorSpace == icc.ColorSpaceRGB {
		channels = 3 // a grey picture in a colour space
	}
	if p.IsSRGB() {
		return nil, 0, nil
	}
	// Browsers take the table of the perceptual intent where there is one, and correct no black point.
	pipeline, err = p.CreateTransformerToSRGB(icc.PerceptualRenderingIntent, false, channels, true, false, true)
	return pipeline, channels, err
}

// checkProfile refuses what would make the library allocate more than the profile holds.
func checkProfile(profile []byte) error {
	const head, entry = 132, 12
	if len(profile) < head || len(profile) > maxProfile {
		return fmt.Errorf("a colour profile of %d bytes", len(profile))
	}
	count := uint64(binary.BigEndian.Uint32(profile[128:]))
	if count > uint64(len(profile)-head)/entry {
		return fmt.Errorf("a colour profile with %d parts", count)
	}
	begin := head + count*entry
	for i := range count {
		at := profile[head+i*entry:]
		offset, size := uint64(binary.BigEndian.Uint32(at[4:])), uint64(binary.BigEndian.Uint32(at[8:]))
		if offset < begin || offset+size > uint64(len(profile)) {
			return fmt.Errorf("a part of the colour profile lies outside of it")
		}
	}
	return nil
}

func sample(pipeline *icc.Pipeline, channels, n int) *table {
	t := &table{channels: channels}
	count := 1
	for c := range channels {
		t.steps[c] = count
		count *= n
	}
	for v := range t.places {
		t.places[v] = min(v*(n-1)/255, max(0, n-2))
		t.parts[v] = float32(v*(n-1))/255 - float32(t.places[v])
	}
	t.corners = make([]int, 1<<channels)
	for k := range t.corners {
		for c := range channels {
			t.corners[k] += (k >> c & 1) * t.steps[c]
		}
	}
	t.samples = make([][3]float32, count)
	var in, out [4]float64
	for i := range t.samples {
		for c := range channels {
			in[c] = float64(i/t.steps[c]%n) / float64(n-1)
		}
		pipeline.TransformGeneral(out[:], in[:])
		for c := range 3 {
			t.samples[i][c] = float32(min(max(out[c], 0), 1) * 255)
		}
	}
	return t
}

// at converts one pixel: it mixes the samples at the corners around it, channel by channel.
func (t *table) at(pixel []uint8) (r, g, b uint8) {
	var mixed [16][3]float32
	base := 0
	for c, v := range pixel {
		base += t.places[v] * t.steps[c]
	}
	near := t.samples[base:]
	part := t.parts[pixel[0]]
	n := len(t.corners) / 2
	for k := range n {
		low, high := &near[t.corners[2*k]], &near[t.corners[2*k+1]]
		mixed[k] = [3]float32{low[0] + (high[0]-low[0])*part, low[1] + (high[1]-low[1])*part, low[2] + (high[2]-low[2])*part}
	}
	for _, v := range pixel[1:] {
		n /= 2
		part := t.parts[v]
		for k := range n {
			low, high := &mixed[2*k], &mixed[2*k+1]
			mixed[k] = [3]float32{low[0] + (high[0]-low[0])*part, low[1] + (high[1]-low[1])*part, low[2] + (high[2]-low[2])*part}
		}
	}
	return uint8(mixed[0][0] + 0.5), uint8(mixed[0][1] + 0.5), uint8(mixed[0][2] + 0.5)
}
