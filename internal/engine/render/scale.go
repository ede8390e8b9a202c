package render

import (
	"image"
	"image/draw"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// scaleClip scales a part of a picture to w×h and returns the pixels of clip, a rectangle in that
// result. Time and memory depend on the clip and the part, not on w×h: boxes may reach far off the
// picture.
func scaleClip(img image.Image, part image.Rectangle, w, h int, clip image.Rectangle) *image.RGBA {
	if clip == image.Rect(0, 0, w, h) {
		return scaleTo(img, part, w, h)
	}
	for _, k := range []int{1, 2} { // the exact ones
		if part.Dx() == k*w && part.Dy() == k*h {
			seen := image.Rectangle{clip.Min.Mul(k), clip.Max.Mul(k)}.Add(part.Min)
			return scaleTo(img, seen, clip.Dx(), clip.Dy())
		}
	}
	kx, ky := float64(w)/float64(part.Dx()), float64(h)/float64(part.Dy())
	seen := image.Rect( // with the pixels around that the scaler mixes in
		sourceOf(clip.Min.X, kx)-kernelReach(kx), sourceOf(clip.Min.Y, ky)-kernelReach(ky),
		sourceOf(clip.Max.X, kx)+1+kernelReach(kx), sourceOf(clip.Max.Y, ky)+1+kernelReach(ky)).
		Intersect(image.Rect(0, 0, part.Dx(), part.Dy()))
	src := asRGBA(img, seen.Add(part.Min))
	out := image.NewRGBA(image.Rect(0, 0, clip.Dx(), clip.Dy()))
	x, y := float64(seen.Min.X)*kx-float64(clip.Min.X), float64(seen.Min.Y)*ky-float64(clip.Min.Y)
	if kx < 1 || ky < 1 { // in two passes; the edges are at most half a pixel off
		dst := image.Rect(int(floorInt(x+0.5)), int(floorInt(y+0.5)),
			int(floorInt(x+float64(seen.Dx())*kx+0.5)), int(floorInt(y+float64(seen.Dy())*ky+0.5)))
		dst.Max.X, dst.Max.Y = max(dst.Max.X, dst.Min.X+1), max(dst.Max.Y, dst.Min.Y+1)
		xdraw.CatmullRom.Scale(out, dst, src, src.Rect, xdraw.Src, nil)
		return out
	}
	to := f64.Aff3{kx, 0, x - float64(src.Rect.Min.X)*kx, 0, ky, y - float64(src.Rect.Min.Y)*ky}
	xdraw.CatmullRom.Transform(out, to, src, src.Rect, xdraw.Src, nil)
	return out
}

// kernelReach is how many pixels beside a pixel Catmull and Rom's kernel mixes in.
func kernelReach(k float64) int { return 2 + int(2/min(1, k)) }

func sourceOf(v int, k float64) int { return int(floorInt(float64(v) / k)) }

// asRGBA gives a part of a picture in the one kind that the scaler is fast with.
func asRGBA(img image.Image, part image.Rectangle) *image.RGBA {
	if rgba, ok := img.(*image.RGBA); ok {
		return rgba.SubImage(part).(*image.RGBA)
	}
	rgba := image.NewRGBA(image.Rect(0, 0, part.Dx(), part.Dy()))
	draw.Draw(rgba, rgba.Rect, img, part.Min, draw.Src)
	return rgba
}

// scaleTo scales a part of a picture to w×h, premultiplied.
func scaleTo(img image.Image, part image.Rectangle, w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	switch {
	case part.Dx() == w && part.Dy() == h:
		draw.Draw(dst, dst.Rect, img, part.Min, draw.Src)
	case part.Dx() == 2*w && part.Dy() == 2*h:
		halve(dst, img, part)
	default:
		src := asRGBA(img, part)
		xdraw.CatmullRom.Scale(dst, dst.Rect, src, src.Rect, xdraw.Src, nil)
	}
	return dst
}

// halve averages 2×2 pixels: exact, and what browsers do for that factor.
func halve(dst *image.RGBA, img image.Image, part image.Rectangle) {
	src := asRGBA(img, part)
	part = src.Rect
	for y := range dst.Rect.Dy() {
		a := src.Pix[src.PixOffset(part.Min.X, part.Min.Y+2*y):]
		b := src.Pix[src.PixOffset(part.Min.X, part.Min.Y+2*y+1):]
		row := dst.Pix[y*dst.Stride:][:4*dst.Rect.Dx()]
		for i := range row {
			j := i/4*8 + i%4
			row[i] = uint8((uint32(a[j]) + uint32(a[j+4]) + uint32(b[j]) + uint32(b[j+4]) + 2) / 4)
		}
	}
}
