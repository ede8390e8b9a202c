package imagefile

import (
	"slices"
	"testing"
)

// BenchmarkProfile decodes a photo of 12 million pixels with a colour profile, as phones make them, and
// without.
func BenchmarkProfile(b *testing.B) {
	plain := plainJPEG(4000, 3000, false, 0x22, 0x11, 0x11)
	wide, err := open(testFile(b, "05-wide-gamut-profile.jpg"), DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	part := append([]byte("ICC_PROFILE\x00\x01\x01"), wide.profile...)
	for name, data := range map[string][]byte{"none": plain, "wide": slices.Concat(segment(plain[:2:2], markAPP2, part...), plain[2:])} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := Decode(data, DefaultLimits()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
