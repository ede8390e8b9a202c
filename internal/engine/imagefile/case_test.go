package imagefile

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return data
}

func caseFiles(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/*.*")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	files := map[string][]byte{}
	for _, name := range names {
		files[filepath.Base(name)] = testFile(t, filepath.Base(name))
	}
	return files
}

func decoded(t testing.TB, data []byte) *image.RGBA {
	t.Helper()
	img, _, err := Decode(data, DefaultLimits())
	require.NoError(t, err)
	return img
}

// requireColour holds a colour as browsers show it, at most off by 3.
func requireColour(t *testing.T, want [3]int, got color.RGBA, of any) {
	t.Helper()
	for i, c := range []uint8{got.R, got.G, got.B} {
		require.InDelta(t, want[i], int(c), 3, "%v: %v, not %v", of, got, want)
	}
}

// What Chromium's canvas shows of each file at places in parts of its width and height.
func TestCases(t *testing.T) {
	red, green, blue, yellow := [3]int{230, 30, 30}, [3]int{30, 200, 60}, [3]int{30, 60, 230}, [3]int{250, 220, 40}
	corners := map[[2]float64][3]int{{.03, .05}: red, {.75, .05}: green, {.03, .95}: blue, {.97, .95}: yellow, {.5, .5}: {255, 255, 255}}
	for name, want := range map[string]map[[2]float64][3]int{
		"05-wide-gamut-profile.jpg": {{.25, .5}: {230, 27, 31}, {.75, .5}: {35, 200, 59}},
		"06-orientation6.png":       corners,
		"06-orientation6.webp":      corners,
		"12-animated.webp":          corners,
		"12-bad-ancillary-crc.png":  corners,
		"12-no-end-marker.jpg":      corners,
	} {
		img := decoded(t, testFile(t, name))
		require.Equal(t, image.Rect(0, 0, 640, 400), img.Rect, name)
		for at, colour := range want {
			requireColour(t, colour, img.RGBAAt(int(640*at[0]), int(400*at[1])), name)
		}
	}
}

// What Chromium shows of pictures of one colour, with profiles and without.
func TestColours(t *testing.T) {
	for _, c := range []struct {
		profile []byte
		samples []uint8
		want    [3]int
	}{
		{nil, []uint8{255, 255, 255, 255}, [3]int{255, 255, 255}}, // no ink
		{nil, []uint8{0, 255, 255, 255}, [3]int{0, 255, 255}},
		{nil, []uint8{200, 100, 50, 220}, [3]int{172, 86, 43}},
		{inkProfile(), []uint8{255, 255, 255, 255}, [3]int{255, 255, 255}},
		{inkProfile(), []uint8{255, 0, 255, 255}, [3]int{255, 0, 255}},
		{inkProfile(), []uint8{255, 255, 0, 255}, [3]int{249, 255, 2}},
		{inkProfile(), []uint8{255, 255, 255, 0}, [3]int{0, 0, 0}},
		{inkProfile(), []uint8{150, 60, 200}, [3]int{150, 60, 200}},          // of another kind of picture
		{inkProfile()[:200], []uint8{0, 255, 255, 255}, [3]int{0, 255, 255}}, // cut off
	} {
		img := decoded(t, blockJPEG(c.profile, c.samples...))
		requireColour(t, c.want, img.RGBAAt(4, 4), c.samples)
	}
}

// A profile that says it holds more than it does makes nobody allocate that.
func TestProfileThatLies(t *testing.T) {
	for _, at := range []int{128, 136, 140} { // the number of its parts, and the place and size of one
		profile := inkProfile()
		for i := range 4 {
			profile[at+i] = 0xff
		}
		allocated := testing.AllocsPerRun(1, func() {
			_, err := newTable(profile, 4, gridPoints)
			require.Error(t, err)
		})
		require.Less(t, allocated, 100.0)
	}
}

// A photo whose end is missing shows what is there, and grey below.
func TestCutJPEG(t *testing.T) {
	whole := testFile(t, "12-no-end-marker.jpg")
	full := decoded(t, whole)
	for _, part := range []float64{.95, .6} {
		img := decoded(t, whole[:int(float64(len(whole))*part)])
		require.Equal(t, full.Rect, img.Rect)
		require.Equal(t, full.RGBAAt(20, 20), img.RGBAAt(20, 20))
		require.Equal(t, color.RGBA{0x80, 0x80, 0x80, 0xff}, img.RGBAAt(639, 399))
	}
	_, _, err := Decode(whole[:700], DefaultLimits())
	require.Error(t, err, "nothing of it is there")
}

// Frames within frames are none: a file of them would take the program's whole stack.
func TestNestedFrames(t *testing.T) {
	const depth = 300_000
	frame := make([]byte, 16)
	data := []byte("RIFF\x00\x00\x00\x00WEBP")
	for i := depth; i > 0; i-- {
		data = append(data, "ANMF"...)
		data = binary.LittleEndian.AppendUint32(data, uint32((i-1)*24+16))
		data = append(data, frame...)
	}
	_, _, err := Decode(data, DefaultLimits())
	require.Error(t, err)
}

// A progressive photo that is cut off shows its beginning as well.
func TestCutProgressiveJPEG(t *testing.T) {
	whole := plainJPEG(640, 640, true, 0x11, 0x11, 0x11)
	img := decoded(t, whole[:len(whole)*3/4])
	require.Equal(t, decoded(t, whole).RGBAAt(20, 20), img.RGBAAt(20, 20))
	require.Equal(t, image.Rect(0, 0, 640, 640), img.Rect)
}

// A frame is where it belongs on its canvas, and the rest is transparent.
func TestFirstFrame(t *testing.T) {
	palette := color.Palette{color.RGBA{}, color.RGBA{R: 200, A: 255}, color.RGBA{B: 200, A: 255}}
	frame := image.NewPaletted(image.Rect(4, 6, 10, 10), palette)
	draw.Draw(frame, frame.Rect, image.NewUniform(palette[1]), image.Point{}, draw.Src)
	next := image.NewPaletted(image.Rect(0, 0, 16, 12), palette)
	draw.Draw(next, next.Rect, image.NewUniform(palette[2]), image.Point{}, draw.Src)
	var b bytes.Buffer
	require.NoError(t, gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, next}, Delay: []int{1, 1},
		Config: image.Config{Width: 16, Height: 12, ColorModel: palette}}))
	var still bytes.Buffer
	require.NoError(t, png.Encode(&still, image.NewNRGBA(image.Rect(0, 0, 16, 12))))
	for name, data := range map[string][]byte{"gif": b.Bytes(), "png": animatedPNG(t, frame, still.Bytes())} {
		img := decoded(t, data)
		require.Equal(t, image.Rect(0, 0, 16, 12), img.Rect, name)
		require.Equal(t, color.RGBA{R: 200, A: 255}, img.RGBAAt(4, 6), name)
		require.Equal(t, color.RGBA{R: 200, A: 255}, img.RGBAAt(9, 9), name)
		require.Equal(t, color.RGBA{}, img.RGBAAt(3, 6), name)
		require.Equal(t, color.RGBA{}, img.RGBAAt(10, 9), name)
	}
}

// A PNG whose pixels are cut off, or have a wrong checksum, shows what is there.
func TestDamagedPNG(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 300, 200))
	for i := range img.Pix {
		img.Pix[i] = uint8(i*i>>7) | 1
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	whole := decoded(t, b.Bytes())
	got := decoded(t, b.Bytes()[:b.Len()/2])
	require.Equal(t, whole.Rect, got.Rect)
	require.Equal(t, whole.RGBAAt(150, 50), got.RGBAAt(150, 50))
	require.Equal(t, color.RGBA{}, got.RGBAAt(150, 190))
	_, _, err := Decode(b.Bytes()[:45], DefaultLimits())
	require.Error(t, err, "nothing of it is there")

	wrong := bytes.Clone(b.Bytes())
	wrong[len(wrong)-13] ^= 1 // of the pixels' checksum
	require.Equal(t, whole.Pix, decoded(t, wrong).Pix)
}

// What Chromium shows of a PNG whose chunks say what its colours mean.
func TestColourChunks(t *testing.T) {
	number := binary.BigEndian.AppendUint32
	gamma := func(v uint32) []byte { return sealChunk("gAMA", number(nil, v)) }
	var adobe []byte
	for _, v := range []uint32{31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000} {
		adobe = number(adobe, v)
	}
	var plain bytes.Buffer
	img := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	draw.Draw(img, img.Rect, image.NewUniform(color.NRGBA{150, 60, 200, 255}), image.Point{}, draw.Src)
	require.NoError(t, png.Encode(&plain, img))
	const head = len(pngSignature) + 25
	for name, c := range map[string]struct {
		chunks []byte
		want   [3]int
	}{
		"none":         {nil, [3]int{150, 60, 200}},
		"linear":       {gamma(100_000), [3]int{202, 133, 229}},
		"usual gamma":  {gamma(45_455), [3]int{150, 60, 200}},
		"Adobe RGB":    {append(gamma(45_455), sealChunk("cHRM", adobe)...), [3]int{173, 57, 205}},
		"sRGB":         {append(sealChunk("sRGB", []byte{0}), gamma(100_000)...), [3]int{150, 60, 200}},
		"Display P3":   {sealChunk("cICP", []byte{12, 13, 0, 1}), [3]int{162, 52, 207}},
		"no primaries": {append(gamma(50_000), sealChunk("cHRM", make([]byte, 32))...), [3]int{150, 60, 200}},
	} {
		data := slices.Concat(plain.Bytes()[:head], c.chunks, plain.Bytes()[head:])
		requireColour(t, c.want, decoded(t, data).RGBAAt(4, 4), name)
	}
}

// A GIF that is cut off within its frame shows the rows that are there.
func TestCutGIF(t *testing.T) {
	img := image.NewPaletted(image.Rect(0, 0, 120, 90), color.Palette{color.RGBA{R: 200, A: 255}, color.RGBA{G: 200, A: 255}, color.RGBA{}})
	for i := range img.Pix {
		img.Pix[i] = uint8(i * i / 7 % 3)
	}
	var b bytes.Buffer
	require.NoError(t, gif.Encode(&b, img, nil))
	whole, cut := decoded(t, b.Bytes()), decoded(t, b.Bytes()[:b.Len()/2])
	require.Equal(t, whole.Rect, cut.Rect)
	require.Equal(t, whole.Pix[:whole.Stride*20], cut.Pix[:cut.Stride*20])
	require.Equal(t, color.RGBA{}, cut.RGBAAt(60, 89))
}
