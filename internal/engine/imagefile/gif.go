package imagefile

import (
	"bytes"
	"image"
	"image/gif"
)

func isGIF(data []byte) bool { return bytes.HasPrefix(data, []byte("GIF8")) }

func openGIF(data []byte) (*source, error) {
	config, err := gif.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	const palette, frame = 1, 4 // bytes: the frame, and the frame in full before it is on its canvas
	s := &source{format: "gif", width: config.Width, height: config.Height, perPixel: palette + frame, orientation: 1}
	s.decode = func() (image.Image, image.Point, error) {
		img, err := gif.Decode(bytes.NewReader(data)) // of an animation the first frame
		if err != nil {
			return mendGIF(data, image.Rect(0, 0, config.Width, config.Height), err)
		}
		return img, img.Bounds().Min, nil
	}
	return s, nil
}
