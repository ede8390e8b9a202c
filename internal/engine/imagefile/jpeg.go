package imagefile

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
)

func isJPEG(data []byte) bool { return bytes.HasPrefix(data, []byte("\xFF\xD8")) }

// Markers of JPEG, the second byte of each.
const (
	markSOF0 = 0xc0 // frames: baseline, extended, progressive
	markSOF2 = 0xc2
	markSOS  = 0xda
	markEOI  = 0xd9
	markAPP1 = 0xe1 // EXIF
	markAPP2 = 0xe2 // parts of the profile
)

// jpegFile is where the parts of a JPEG file lie.
type jpegFile struct {
	data        []byte
	frame       []byte // the frame header's body
	frameAt     int    // its place in the file
	progressive bool
	scans       []int // places of the scans' markers
	exif        []byte
	profile     []byte
}

func openJPEG(data []byte) (*source, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	f := readJPEG(data)
	s := &source{format: "jpeg", width: config.Width, height: config.Height, perPixel: f.perPixel(),
		profile: f.profile, orientation: exifOrientation(f.exif)}
	s.decode = func() (image.Image, image.Point, error) {
		img, err := f.decode(config)
		return img, image.Point{}, err
	}
	return s, nil
}

// readJPEG walks over the segments. It takes what it understands and stops where it doesn't.
func readJPEG(data []byte) *jpegFile {
	f := &jpegFile{data: data}
	const iccMark, exifMark = "ICC_PROFILE\x00", "Exif\x00\x00"
	var parts [256][]byte // of the profile, by their number
	for at := 2; at+4 <= len(data); {
		marker := data[at+1]
		if data[at] != 0xff || marker == 0xff || marker <= 0x01 || marker >= 0xd0 && marker <= 0xd8 { // no segment
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == markEOI || length < 2 || at+2+length > len(data) {
			break
		}
		body := data[at+4 : at+2+length]
		switch {
		case marker >= markSOF0 && marker <= markSOF2 && f.frame == nil:
			f.frame, f.frameAt, f.progressive = body, at+4, marker == markSOF2
		case marker == markSOS:
			f.scans = append(f.scans, at)
		case marker == markAPP1 && f.exif == nil && bytes.HasPrefix(body, []byte(exifMark)):
			f.exif = body
		case marker == markAPP2 && bytes.HasPrefix(body, []byte(iccMark)) && len(body) > len(iccMark)+2:
			if number := body[len(iccMark)]; parts[number] == nil {
				parts[number] = body[len(iccMark)+2:]
			}
		}
		at += 2 + length
	}
	for _, part := range parts {
		f.profile = append(f.profile, part...)
	}
	return f
}

// decode decodes the file. One that lacks its end, or is damaged on the way, shows what came before and
// is grey from there on, as in browsers.
func (f *jpegFile) decode(config image.Config) (image.Image, error) {
	img, err := jpeg.Decode(f.reader(f.data))
	if err == nil || len(f.frame) < 5 || len(f.scans) == 0 {
		return img, err
	}
	if last := f.scans[len(f.scans)-1]; f.progressive && len(f.scans) > 1 { // coarser, but whole
		if img, err := jpeg.Decode(f.reader(f.data[:last])); err == nil {
			return img, nil
		}
	}
	return f.beginning(config, err)
}

// reader reads data and an end marker behind it, which harms no file that has one.
func (f *jpegFile) reader(data []byte) io.Reader {
	return io.MultiReader(bytes.NewReader(data), bytes.NewReader([]byte{0xff, markEOI}))
}

// beginning finds how many rows a damaged file still has, by saying in its header that it has fewer.
// Less than the rows of one block is nothing.
func (f *jpegFile) beginning(config image.Config, damage error) (image.Image, error) {
	const block = 16 // rows
	var best image.Image
	for low, high := 0, (config.Height-1)/block; low < high; {
		middle := (low + high + 1) / 2
		img, err := jpeg.Decode(f.withHeight(middle * block))
		if err == nil {
			best, low = img, middle
		} else {
			high = middle - 1
		}
	}
	if best == nil {
		return nil, damage
	}
	out := image.NewRGBA(image.Rect(0, 0, config.Width, config.Height))
	draw.Draw(out, out.Rect, image.NewUniform(color.Gray{Y: 0x80}), image.Point{}, draw.Src)
	draw.Draw(out, best.Bounds(), best, image.Point{}, draw.Src)
	return out, nil
}

// withHeight reads the file with another height in its frame header.
func (f *jpegFile) withHeight(rows int) io.Reader {
	height := binary.BigEndian.AppendUint16(nil, uint16(rows))
	at := f.frameAt + 1 // behind the precision
	return io.MultiReader(bytes.NewReader(f.data[:at]), bytes.NewReader(height), f.reader(f.data[at+2:]))
}

// ends tells whether the file has its end marker, so that it is decoded once.
func (f *jpegFile) ends() bool {
	return bytes.HasSuffix(bytes.TrimRight(f.data, "\x00"), []byte{0xff, markEOI})
}

// perPixel are the bytes of a pixel in image/jpeg: a sample for each component, by its subsampling, and
// four times as much again in a progressive one, for its coefficients. CMYK is copied twice more.
func (f *jpegFile) perPixel() float64 {
	const cmyk, again = 8, 2
	bytes := f.samplesPerPixel()
	if f.progressive {
		bytes *= 1 + 4
	}
	if len(f.frame) > 5 && f.frame[5] == 4 {
		bytes += cmyk
	}
	if !f.ends() { // what an attempt leaves is not gone when the next one begins
		bytes *= again
	}
	return bytes
}

func (f *jpegFile) samplesPerPixel() float64 {
	const worst = 4.0
	if len(f.frame) < 6 {
		return worst
	}
	count := int(f.frame[5])
	if count < 1 || count > 4 || len(f.frame) < 6+3*count {
		return worst
	}
	samples, across, down := 0, 1, 1
	for i := range count {
		factors := f.frame[7+3*i]
		h, v := int(factors>>4), int(factors&15)
		samples, across, down = samples+h*v, max(across, h), max(down, v)
	}
	if count == 1 {
		return 1 // whatever its factors say
	}
	return float64(samples) / float64(across*down)
}
