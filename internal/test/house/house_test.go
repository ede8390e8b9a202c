// Package house holds who may import whom. The linter says the same while one types; here it is held
// for packages that nobody has thought of yet.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/promostack/promostack/"
	root   = "../../.."
)

// floor is a room of the house and what the packages in it may import, beside packages of the floor
// itself and what everybody may use (internal/base).
type floor struct {
	path string
	may  []string
}

var floors = []floor{
	{"internal/base", nil},
	{"internal/engine", nil},
	{"internal/contract", []string{"internal/engine"}},
	{"internal/host", nil},
	{"internal/adapter", []string{"internal/engine", "internal/host"}},
	{"internal/sandbox", []string{"internal/engine", "internal/host"}},
	{"models", []string{"internal/engine"}},
	{"internal/service", []string{"internal/engine", "internal/contract", "internal/host", "internal/adapter", "models"}},
	{"activities", []string{"internal/engine", "internal/contract", "internal/host", "internal/service", "temporal"}},
	{"workflows", []string{"internal/engine", "internal/contract", "temporal"}},
	{"api", []string{"internal/engine", "internal/contract", "internal/host", "internal/service", "models", "workflows", "temporal"}},
	{"temporal", []string{"internal/contract", "internal/host"}},
	{"internal/demo", []string{"internal/engine"}},
	{"web", nil},
	{"internal/test", everything},
	{"cmd/promostack", everything},
}

var everything = []string{""}

// doors are the packages through which each outside library is used, by the beginnings of their paths.
var doors = map[string][]string{
	"github.com/aws/":                        {"internal/adapter/objectstore"},
	"github.com/boombuler/barcode":           {"internal/engine/render"},
	"github.com/fogleman/gg":                 {"internal/engine/render", "internal/demo"},
	"github.com/gin-gonic/gin":               {"api"},
	"github.com/libtnb/sqlite":               {"models"},
	"modernc.org/sqlite":                     {"models", "internal/sandbox"},
	"github.com/go-telegram-bot-api/":        {"internal/adapter/botapi"},
	"github.com/google/uuid":                 {"models", "internal/service/promo"},
	"github.com/gotd/":                       {"internal/adapter/mtproto", "internal/sandbox/mtproto"}, // 842,000 lines: few packages compile with it
	"github.com/hashicorp/golang-lru/":       {""},
	"github.com/jackc/pgx/":                  {"models", "internal/test/testkit"},
	"github.com/joho/godotenv":               {"internal/host/config", "internal/host/datadir"},
	"github.com/kovidgoyal/imaging/":         {"internal/engine/imagefile"}, // reads colour profiles; kept by the author of calibre and kitty
	"github.com/openai/":                     {"internal/adapter/ai"},
	"github.com/prometheus/":                 {"internal/host/metrics"},
	"github.com/rivo/uniseg":                 {"internal/engine/render"},
	"github.com/santhosh-tekuri/jsonschema/": {"internal/test"},
	"github.com/pb33f/":                      {"internal/test"},
	"github.com/markcheno/go-talib":          {"internal/test"},
	"github.com/go-telegram/bot":             {"internal/test"},
	"github.com/spf13/cobra":                 {"cmd/promostack"},
	"github.com/stretchr/testify":            {"internal/test"},
	"go.temporal.io/":                        {"temporal", "workflows", "activities", "api", "cmd/promostack", "internal/base/fault", "internal/test"},
	"go.opentelemetry.io/":                   {"internal/host/tracing", "internal/test"},
	"google.golang.org/protobuf/":            {"temporal"},
	"gorm.io/":                               {"models"},
	"golang.org/x/":                          {""},
}

// pkg is a package of the module and what it imports, tests aside.
type pkg struct {
	path    string // without the module's
	imports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	// Go keeps a test's outcome until a file that it has looked at changes: what "go list" looks at
	// doesn't count, so every folder is looked at here, too.
	require.NoError(t, filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if name := d.Name(); err == nil && d.IsDir() && (name == "node_modules" || name == "data" || name != ".." && strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		return err
	}))
	list := exec.Command("go", "list", "-e", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...")
	list.Dir = root
	out, err := list.Output()
	require.NoError(t, err)
	var all []pkg
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		all = append(all, pkg{strings.TrimPrefix(words[0], module), words[1:]})
	}
	require.Greater(t, len(all), 50)
	return all
}

func under(path, prefix string) bool {
	return prefix == "" || path == prefix || strings.HasPrefix(path, prefix+"/")
}

func floorOf(path string) (floor, bool) {
	i := slices.IndexFunc(floors, func(f floor) bool { return under(path, f.path) })
	if i < 0 {
		return floor{}, false
	}
	return floors[i], true
}

func TestFloors(t *testing.T) {
	for _, p := range packages(t) {
		from, ok := floorOf(p.path)
		if !ok {
			t.Errorf("%s stands on no floor: move it to the one of its role", p.path)
			continue
		}
		for _, imported := range p.imports {
			to, ours := strings.CutPrefix(imported, module)
			if !ours || under(to, from.path) || under(to, "internal/base") || slices.ContainsFunc(from.may, func(may string) bool { return under(to, may) }) {
				continue
			}
			t.Errorf("%s -> %s: %s may import internal/base, %s", p.path, to, from.path, strings.Join(append(from.may, from.path), ", "))
		}
	}
}

func TestDoors(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.imports {
			if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") || strings.HasPrefix(imported, module) {
				continue
			}
			known := false
			for library, allowed := range doors {
				if known = strings.HasPrefix(imported, library); known {
					if !slices.ContainsFunc(allowed, func(door string) bool { return under(p.path, door) }) {
						t.Errorf("%s imports %s, whose door is %s", p.path, imported, strings.Join(allowed, ", "))
					}
					break
				}
			}
			if !known {
				t.Errorf("%s imports %s, which has no door: name one in doors", p.path, imported)
			}
		}
	}
}

// Services call one another: none has a function field that another one fills.
func TestServicesHaveNoFunctionFields(t *testing.T) {
	allowed := []string{"Now", "Upload.Load"} // a file of a message is read when it is sent
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "internal/service"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok || !spec.Name.IsExported() {
				return false
			}
			for _, field := range fields.Fields.List {
				if _, isFunc := field.Type.(*ast.FuncType); !isFunc {
					continue
				}
				for _, name := range field.Names {
					if name.IsExported() && !slices.Contains(allowed, name.Name) && !slices.Contains(allowed, spec.Name.Name+"."+name.Name) {
						t.Errorf("%s: %s.%s is a function: call the service, or write to the outbox", strings.TrimPrefix(path, root+"/"), spec.Name.Name, name.Name)
					}
				}
			}
			return false
		})
		return nil
	}))
}
