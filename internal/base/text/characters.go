package text

// endsLine tells the characters that end a line.
func endsLine(r rune) bool {
	return r >= '\n' && r <= '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// IsSpace tells the characters that are nothing but room: Unicode's White_Space and the empty Braille
// pattern.
func IsSpace(r rune) bool {
	switch r {
	case ' ', '\t', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x2800, 0x3000:
		return true
	}
	return r >= '\n' && r <= '\r' || r >= 0x2000 && r <= 0x200A
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xA0 }

// invisible are the characters that take no room and leave no mark: Unicode's Default_Ignorable_Code_Point,
// the marks of annotations, and the sign for an object that didn't come along.
var invisible = [][2]rune{
	{0xAD, 0xAD}, {0x34F, 0x34F}, {0x61C, 0x61C}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},
	{0x202A, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0},
	{0xFFF0, 0xFFFC}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
}

func isInvisible(r rune) bool {
	if r < 0xAD {
		return false
	}
	for _, span := range invisible {
		if r <= span[1] {
			return r >= span[0]
		}
	}
	return false
}

// hasMeaning tells which invisible characters change how their neighbours are read, broken or drawn. What is
// left over from files (byte order marks), from other programs (objects, annotations, joiners of marks) and from the past
// (deprecated marks of direction) has none.
func hasMeaning(r rune) bool {
	switch {
	case r == 0x34F, r >= 0x2061 && r <= 0x2065, r >= 0x206A && r <= 0x206F, r == 0xFEFF, r >= 0xFFF0 && r <= 0xFFFC:
		return false
	case r >= 0xE0000 && r <= 0xE0FFF:
		return isTag(r) || r >= 0xE0100 && r <= 0xE01EF
	}
	return true
}

// isSeen tells what a reader sees.
func isSeen(r rune) bool { return !IsSpace(r) && !isControl(r) && !isInvisible(r) }

// isTag tells the letters that make a flag of 🏴.
func isTag(r rune) bool { return r >= 0xE0020 && r <= 0xE007F }

func isSelector(r rune) bool {
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0x180B && r <= 0x180D || r == 0x180F || r >= 0xE0100 && r <= 0xE01EF
}

func opensDirection(r rune) bool {
	return r >= 0x202A && r <= 0x202E && r != 0x202C || r >= 0x2066 && r <= 0x2068
}

// endsSequence tells the invisible characters that belong to what stands before them.
func endsSequence(r rune) bool { return isSelector(r) || isTag(r) || r == 0x202C || r == 0x2069 }
