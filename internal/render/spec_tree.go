package render

import "regexp"

func text(minimum, maximum int, help string) *node {
	return &node{kind: "string", minimum: float64(minimum), maximum: float64(maximum), help: help}
}

func matching(maximum int, pattern, message, help string) *node {
	return &node{kind: "string", minimum: 1, maximum: float64(maximum), pattern: regexp.MustCompile(pattern), message: message, help: help}
}

func choice(help string, values ...string) *node {
	return &node{kind: "string", enum: values, help: help}
}

func number(minimum, maximum float64, help string) *node {
	return &node{kind: "number", minimum: minimum, maximum: maximum, help: help}
}

func integer(minimum, maximum float64, help string) *node {
	return &node{kind: "integer", minimum: minimum, maximum: maximum, help: help}
}

func boolean(help string) *node { return &node{kind: "boolean", help: help} }

func listOf(items *node, minimum, maximum int) *node {
	return &node{kind: "array", items: items, minimum: float64(minimum), maximum: float64(maximum)}
}

func object(props ...prop) *node { return &node{kind: "object", props: props} }

func must(name string, n *node) prop         { return prop{name: name, node: n, required: true} }
func may(name string, n *node, def any) prop { return prop{name: name, node: n, def: def} }

const (
	identifier = `^[a-z][a-z0-9_-]*$`
	isID       = "Must begin with a small letter and hold only small letters, digits, “-” and “_”"
)

func colorNode() *node {
	return matching(9, `^#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})$`, "Must be a colour like #1a2b3c or, with opacity, #1a2b3c80", "#rrggbb or #rrggbbaa")
}

func fieldName() *node {
	return matching(40, `^[a-z][a-z0-9_]*$`, "Must begin with a small letter and hold only small letters, digits and “_”", "the name of a field")
}

func boxNode() *node {
	return object(
		must("x", number(-8000, 8000, "pixels from the left at 1×")),
		must("y", number(-8000, 8000, "pixels from the top at 1×")),
		must("width", number(1, 8000, "pixels at 1×")),
		must("height", number(1, 8000, "pixels at 1×")))
}

func layerNode(kind string, more ...prop) *node {
	return object(append([]prop{
		must("id", matching(40, identifier, isID, "the layer's name within its size")),
		must("type", choice("what the layer shows", kind)),
		must("box", boxNode()),
	}, more...)...)
}

func alignments(align, valign string) []prop {
	return []prop{
		may("align", choice("where it stands in its box", "left", "center", "right"), align),
		may("valign", choice("where it stands in its box", "top", "middle", "bottom"), valign),
		may("opacity", number(0.01, 1, "1 is opaque"), 1.0),
	}
}

func textLayerNode() *node {
	shadow := object(
		must("color", colorNode()),
		may("x", number(-200, 200, "pixels at 1×"), 0.0),
		may("y", number(-200, 200, "pixels at 1×"), 0.0),
		may("blur", number(0, 200, "as the canvas's shadowBlur: twice the standard deviation"), 0.0))
	stroke := object(
		must("color", colorNode()),
		must("width", number(0.25, 60, "pixels at 1× that are seen outside the letters")))
	n := layerNode(LayerText, append(alignments("left", "top"),
		may("field", fieldName(), nil),
		may("text", text(1, 500, "a fixed text"), nil),
		may("prefix", text(0, 60, "put before the field's value, when it has one"), nil),
		may("suffix", text(0, 60, "put after the field's value, when it has one"), nil),
		must("font", matching(40, identifier, isID, "a family of /api/v1/fonts")),
		may("weight", integer(100, 900, "a weight that the family has"), 400.0),
		must("min_size", number(4, 2000, "smallest size in pixels at 1×")),
		must("max_size", number(4, 2000, "largest size in pixels at 1×")),
		may("line_height", number(0.5, 4, "distance of base lines in em"), 1.2),
		may("letter_spacing", number(-0.2, 2, "extra space between letters in em"), nil),
		may("max_lines", integer(1, 40, "at most so many lines"), 1.0),
		may("case", choice("how the letters are changed", "none", "upper", "lower", "title"), "none"),
		may("color", colorNode(), "#ffffff"),
		may("shadow", shadow, nil),
		may("stroke", stroke, nil))...)
	n.oneOf = []string{"field", "text"}
	return n
}

// templateNode describes meta.json.
var templateNode = func() *node {
	fit := choice("contain shows all of it, cover fills the box", "contain", "cover")
	layers := &node{kind: "variants", variant: map[string]*node{
		LayerText: textLayerNode(),
		LayerLogo: layerNode(LayerLogo, append(alignments("center", "middle"), may("fit", fit, "contain"))...),
		LayerImage: layerNode(LayerImage, append(alignments("center", "middle"),
			must("field", fieldName()), may("fit", fit, "cover"),
			may("radius", number(0, 4000, "of the corners, in pixels at 1×"), nil))...),
		LayerQR: layerNode(LayerQR,
			must("field", fieldName()),
			may("color", colorNode(), "#000000"),
			may("background", colorNode(), "#ffffff"),
			may("opacity", number(0.01, 1, "1 is opaque"), 1.0)),
	}}
	field := object(
		must("name", fieldName()),
		must("label", text(1, 60, "what people see")),
		may("help", text(0, 300, "a hint below the input"), nil),
		must("kind", choice("what the value is", KindText, KindImage, KindURL)),
		may("required", boolean("an image can't be made without it"), nil),
		may("coupon", boolean("the value is a coupon code that the CRM checks"), nil),
		may("max_length", integer(1, 1000, "in characters"), 200.0),
		may("sample", text(0, 1000, "shown in previews"), nil))
	size := object(
		must("name", matching(40, identifier, isID, "for instance square")),
		must("label", text(1, 60, "what people see")),
		must("width", integer(64, 4096, "pixels at 1×")),
		must("height", integer(64, 4096, "pixels at 1×")),
		must("background", matching(80, `^[A-Za-z0-9][A-Za-z0-9_-]*\.(png|jpg|jpeg|webp)$`, "Must be the name of a PNG, JPEG or WebP file", "a file of width×height pixels or exactly twice that")),
		must("layers", listOf(layers, 0, 60)))
	return object(
		must("schema", integer(1, 1, "the version of this format")),
		must("slug", matching(60, `^[a-z0-9]+(-[a-z0-9]+)*$`, "Must hold only small letters, digits and single “-”", "the template's name in addresses")),
		must("name", text(1, 80, "what people see")),
		may("description", text(0, 400, "one or two sentences"), nil),
		may("category", matching(40, identifier, isID, "for instance coupon"), "other"),
		must("fields", listOf(field, 0, 30)),
		must("sizes", listOf(size, 1, 12)))
}()
