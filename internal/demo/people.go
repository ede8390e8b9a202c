package demo

// Visitor is somebody of the sandbox who talks with one of the demo's bots at the first start, so that a newcomer finds
// conversations, answers and pictures (R5). The sandbox plays their lines.
type Visitor struct {
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Username     string `json:"username"`
	LanguageCode string `json:"language_code"`
	Bot          string `json:"bot"`
	Lines        []Line `json:"lines"`
}

// Line is what a visitor does as soon as a message of the bot contains After: they press the button that contains Press, say
// something, or block the bot.
type Line struct {
	After string `json:"after,omitempty"`
	Press string `json:"press,omitempty"`
	Say   string `json:"say,omitempty"`
	Block bool   `json:"block,omitempty"`
}

// Visitors are the people who talk with the demo's bots: some go the journey's whole way, some wait in the middle of it or
// have left, some make a picture.
func Visitors(promo, signal string) []Visitor {
	begin := Line{Say: "/start welcome"}
	beginner, trader := Line{Press: "I am new to it"}, Line{Press: "I trade already"}
	join := Line{After: "Write join", Say: "join"}
	picture := func(headline, code, until string) []Line {
		return []Line{{Say: "/start"}, {Press: "Choose a template"}, {Press: "Gold coupon"}, {Press: "Square"},
			{After: "Headline", Say: headline}, {After: "Coupon code", Say: code}, {After: "Valid until", Say: until}}
	}
	return []Visitor{
		{"Maria", "Keller", "maria_keller", "de", signal, []Line{begin, beginner, join}},
		{"James", "Okafor", "james_okafor", "en", signal, []Line{begin, trader, {After: "Write join", Say: "Yes, I want to join"}}},
		{"Aylin", "Demir", "aylin_demir", "tr", signal, []Line{begin, beginner}},
		{"Lucas", "Moreau", "lucas_moreau", "fr", signal, []Line{begin, trader, {After: "Write join", Say: "Maybe later"}}},
		{"Priya", "Nair", "priya_nair", "en", signal, []Line{{Say: "gold"}}},
		{"Noah", "Williams", "noah_williams", "en", signal, []Line{begin, trader, join, {After: "You are on the list", Block: true}}},
		{"Sofia", "Rossi", "sofia_rossi", "it", promo, picture("Save 35%", "GOLD35", "31 Dec")},
		{"Tom", "Becker", "tom_becker", "de", promo, picture("Gold week: 20% off", "EXPIRED10", "31 Dec")},
	}
}
