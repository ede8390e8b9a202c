package render

import "github.com/promostack/promostack/internal/base/spec"

const (
	identifier = `^[a-z][a-z0-9_-]*$`
	isID       = "Must begin with a small letter and hold only small letters, digits, “-” and “_”"
)

func colorNode() *spec.Node {
	return spec.Matching(1, 9, `^#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})$`, "Must be a colour like #1a2b3c or, with opacity, #1a2b3c80", "#rrggbb or #rrggbbaa")
}

func fieldName() *spec.Node {
	return spec.Matching(1, 40, `^[a-z][a-z0-9_]*$`, "Must begin with a small letter and hold only small letters, digits and “_”", "the name of a field")
}

func boxNode() *spec.Node {
	return spec.Object("",
		spec.Must("x", spec.Number(-8000, 8000, "pixels from the left at 1×")),
		spec.Must("y", spec.Number(-8000, 8000, "pixels from the top at 1×")),
		spec.Must("width", spec.Number(1, 8000, "pixels at 1×")),
		spec.Must("height", spec.Number(1, 8000, "pixels at 1×")))
}

func layerNode(kind LayerType, more ...spec.Prop) *spec.Node {
	return spec.Object("", append([]spec.Prop{
		spec.Must("id", spec.Matching(1, 40, identifier, isID, "the layer's name within its size")),
		spec.Must("type", spec.Choice("what the layer shows", kind)),
		spec.Must("box", boxNode()),
		spec.May("when", spec.Matching(1, 40, `^[a-z][a-z0-9_]*$`, "Must begin with a small letter and hold only small letters, digits and “_”",
			"the name of a field; the layer is there only when that has a value")),
	}, more...)...)
}

func alignments(align, valign string) []spec.Prop {
	return []spec.Prop{
		spec.Default("align", spec.Choice("where it stands in its box", "left", "center", "right"), align),
		spec.Default("valign", spec.Choice("where it stands in its box", "top", "middle", "bottom"), valign),
		spec.Default("opacity", spec.Number(0.01, 1, "1 is opaque"), 1.0),
	}
}

func textLayerNode() *spec.Node {
	shadow := spec.Object("",
		spec.Must("color", colorNode()),
		spec.Default("x", spec.Number(-200, 200, "pixels at 1×"), 0.0),
		spec.Default("y", spec.Number(-200, 200, "pixels at 1×"), 0.0),
		spec.Default("blur", spec.Number(0, 200, "as the canvas's shadowBlur: twice the standard deviation"), 0.0))
	stroke := spec.Object("",
		spec.Must("color", colorNode()),
		spec.Must("width", spec.Number(0.25, 60, "pixels at 1× that are seen outside the letters")))
	n := layerNode(LayerText, append(alignments("left", "top"),
		spec.May("field", fieldName()),
		spec.May("text", spec.Text(1, 500, "a fixed text")),
		spec.May("prefix", spec.Text(0, 60, "put before the field's value, when it has one")),
		spec.May("suffix", spec.Text(0, 60, "put after the field's value, when it has one")),
		spec.Must("font", spec.Matching(1, 40, identifier, isID, "a family of /api/v1/fonts")),
		spec.Default("weight", spec.Integer(100, 900, "a weight that the family has"), 400.0),
		spec.Must("min_size", spec.Number(4, 2000, "smallest size in pixels at 1×")),
		spec.Must("max_size", spec.Number(4, 2000, "largest size in pixels at 1×")),
		spec.Default("line_height", spec.Number(0.5, 4, "distance of base lines in em"), 1.2),
		spec.May("letter_spacing", spec.Number(-0.2, 2, "extra space between letters in em")),
		spec.Default("max_lines", spec.Integer(1, 40, "at most so many lines"), 1.0),
		spec.Default("case", spec.Choice("how the letters are changed", "none", "upper", "lower", "title"), "none"),
		spec.Default("color", colorNode(), "#ffffff"),
		spec.May("shadow", shadow),
		spec.May("stroke", stroke))...)
	return n.OneOf("field", "text")
}

// templateNode describes meta.json.
var templateNode = func() *spec.Node {
	fit := spec.Choice("contain shows all of it, cover fills the box", "contain", "cover")
	layers := spec.Variants(map[string]*spec.Node{
		string(LayerText): textLayerNode(),
		string(LayerLogo): layerNode(LayerLogo, append(alignments("center", "middle"), spec.Default("fit", fit, "contain"))...),
		string(LayerImage): layerNode(LayerImage, append(alignments("center", "middle"),
			spec.Must("field", fieldName()), spec.Default("fit", fit, "cover"),
			spec.May("radius", spec.Number(0, 4000, "of the corners, in pixels at 1×")))...),
		string(LayerQR): layerNode(LayerQR,
			spec.Must("field", fieldName()),
			spec.Default("color", colorNode(), "#000000"),
			spec.Default("background", colorNode(), "#ffffff"),
			spec.Default("opacity", spec.Number(0.01, 1, "1 is opaque"), 1.0)),
		string(LayerShape): layerNode(LayerShape,
			spec.Must("color", colorNode()),
			spec.May("radius", spec.Number(0, 4000, "of the corners, in pixels at 1×")),
			spec.Default("opacity", spec.Number(0.01, 1, "1 is opaque"), 1.0)),
	})
	field := spec.Object("",
		spec.Must("name", fieldName()),
		spec.Must("label", spec.Text(1, 60, "what people see")),
		spec.May("help", spec.Text(0, 300, "a hint below the input")),
		spec.Must("kind", spec.Choice("what the value is", KindText, KindImage, KindURL)),
		spec.May("required", spec.Boolean("an image can't be made without it")),
		spec.May("coupon", spec.Boolean("the value is a coupon code that the CRM checks")),
		spec.Default("max_length", spec.Integer(1, 1000, "in characters"), 200.0),
		spec.May("sample", spec.Text(0, 1000, "shown in previews")))
	size := spec.Object("",
		spec.Must("name", spec.Matching(1, 40, identifier, isID, "for instance square")),
		spec.Must("label", spec.Text(1, 60, "what people see")),
		spec.Must("width", spec.Integer(64, 4096, "pixels at 1×")),
		spec.Must("height", spec.Integer(64, 4096, "pixels at 1×")),
		spec.Must("background", spec.Matching(1, 80, `^[A-Za-z0-9][A-Za-z0-9_-]*\.(png|jpg|jpeg|webp)$`, "Must be the name of a PNG, JPEG or WebP file", "a file of width×height pixels or exactly twice that")),
		spec.Must("layers", spec.List(layers, 0, 60, "")))
	return spec.Object("",
		spec.Must("schema", spec.Integer(1, 1, "the version of this format")),
		spec.Must("slug", spec.Matching(1, 60, `^[a-z0-9]+(-[a-z0-9]+)*$`, "Must hold only small letters, digits and single “-”", "the template's name in addresses")),
		spec.Must("name", spec.Text(1, 80, "what people see")),
		spec.May("description", spec.Text(0, 400, "one or two sentences")),
		spec.Default("category", spec.Matching(1, 40, identifier, isID, "for instance coupon"), "other"),
		spec.May("language", spec.Matching(2, 35, `^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`, "Must be a language like tr or pt-BR", "of the texts, for instance tr: it decides what their capitals are")),
		spec.Must("fields", spec.List(field, 0, 30, "")),
		spec.Must("sizes", spec.List(size, 1, 12, "")))
}()
