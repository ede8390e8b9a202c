// Package deploy checks the files with which containers are built and run, by the types of the tools that read them.
package deploy

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/digitalocean/godo"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	require.NoError(t, err)
	return dir
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), name))
	require.NoError(t, err)
	return data
}

// settings are the names in the README's table; required are those without which a part does not start.
func settings(t *testing.T) (all, required map[string]bool) {
	t.Helper()
	all, required = map[string]bool{}, map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|(.*)$").FindAllStringSubmatch(string(read(t, "README.md")), -1) {
		all[row[1]] = true
		if strings.Contains(row[2], "required") {
			required[row[1]] = true
		}
	}
	require.Greater(t, len(all), 30)
	require.NotEmpty(t, required)
	return all, required
}

// holds checks that a part has each setting that it needs, and none that there is not.
func holds(t *testing.T, part string, names []string) {
	t.Helper()
	all, required := settings(t)
	for _, name := range names {
		require.True(t, all[name] || name == "GOMEMLIMIT", "%s has %s, which is no setting", part, name)
	}
	for name := range required {
		require.Contains(t, names, name, part)
	}
	for _, name := range []string{"ADMIN_PASSWORD", "PUBLIC_URL", "ADMIN_HOST", "DASH_HOST", "TRUSTED_PROXIES", "METRICS_TOKEN", "TEMPORAL_ADDRESS"} {
		require.Contains(t, names, name, part)
	}
}

// example is .env.example as somebody would fill it in.
func example(t *testing.T) []string {
	t.Helper()
	var env []string
	lines := bufio.NewScanner(bytes.NewReader(read(t, ".env.example")))
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), "=")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		if value == "" {
			value = "filled-in-for-the-test-0123456789"
		}
		env = append(env, name+"="+value)
	}
	require.NotEmpty(t, env)
	return env
}

func project(t *testing.T, env []string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(root(t), "docker-compose.yml")}, cli.WithEnv(env), cli.WithWorkingDirectory(root(t)))
	require.NoError(t, err)
	return options.LoadProject(t.Context())
}

func TestCompose(t *testing.T) {
	p, err := project(t, example(t))
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"proxy", "api", "worker", "setup", "postgres", "temporal", "temporal-ui", "s3"}, p.ServiceNames())
	for name, s := range p.Services {
		if name != "setup" {
			require.NotNil(t, s.HealthCheck, name)
			require.NotEmpty(t, s.HealthCheck.Test, name)
		}
		require.NotEqual(t, "", s.Restart, "%s comes back", name)
		if s.Build == nil {
			_, tag, ok := strings.Cut(s.Image, ":")
			require.True(t, ok && tag != "latest", "%s names the version of its image", name)
		}
		if name != "proxy" {
			require.Empty(t, s.Ports, "%s is reached through the proxy alone", name)
		}
		for other := range s.DependsOn {
			require.Contains(t, p.Services, other)
		}
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeVolume {
				require.Contains(t, p.Volumes, v.Source, name)
			}
		}
	}
	for _, name := range []string{"api", "worker", "setup"} {
		s := p.Services[name]
		holds(t, name, slices.Collect(maps.Keys(s.Environment)))
		require.True(t, s.ReadOnly, name)
		require.Equal(t, []string{"ALL"}, []string(s.CapDrop), name)
		if name != "setup" {
			require.Equal(t, 2, *s.Deploy.Replicas, name)
			require.Equal(t, types.ServiceConditionCompletedSuccessfully, s.DependsOn["setup"].Condition, name)
		}
	}
	for _, name := range []string{"postgres", "s3", "proxy"} {
		require.NotEmpty(t, p.Services[name].Volumes, "%s keeps its data", name)
	}
}

// A secret that was not filled in stops the start with its name.
func TestComposeNeedsItsSecrets(t *testing.T) {
	for _, secret := range []string{"SECRET_KEY", "ADMIN_PASSWORD", "POSTGRES_PASSWORD", "SPACES_ACCESS_KEY", "SPACES_SECRET_KEY", "METRICS_TOKEN", "ADMIN_HOST", "DASH_HOST"} {
		env := slices.DeleteFunc(example(t), func(line string) bool { return strings.HasPrefix(line, secret+"=") })
		_, err := project(t, env)
		require.ErrorContains(t, err, secret)
	}
}

func TestDockerfile(t *testing.T) {
	tree, err := parser.Parse(bytes.NewReader(read(t, "Dockerfile")))
	require.NoError(t, err)
	require.Empty(t, tree.Warnings)
	stages, _, err := instructions.Parse(tree.AST, nil)
	require.NoError(t, err)
	require.Greater(t, len(stages), 1, "what builds is not what runs")
	names := map[string]bool{}
	for _, stage := range stages {
		_, tag, ok := strings.Cut(stage.BaseName, ":")
		require.True(t, names[stage.BaseName] || ok && tag != "latest", "%s has a version", stage.BaseName)
		for _, command := range stage.Commands {
			if c, ok := command.(*instructions.CopyCommand); ok {
				for _, source := range c.SourcePaths {
					if c.From == "" && source != "." {
						_, err := os.Stat(filepath.Join(root(t), source))
						require.NoError(t, err)
					}
				}
				require.True(t, c.From == "" || names[c.From], "COPY --from=%s", c.From)
			}
			_, adds := command.(*instructions.AddCommand)
			require.False(t, adds, "nothing is fetched unseen")
		}
		names[stage.Name] = true
	}
	var user string
	var health, entry bool
	last := stages[len(stages)-1]
	for _, command := range last.Commands {
		switch c := command.(type) {
		case *instructions.UserCommand:
			user = c.User
		case *instructions.HealthCheckCommand:
			health = true
		case *instructions.EntrypointCommand:
			entry = !c.PrependShell
		}
	}
	require.NotEmpty(t, user)
	require.NotContains(t, []string{"root", "0", "0:0"}, user)
	require.True(t, health)
	require.True(t, entry, "signals reach the program itself")
}

func TestAppPlatform(t *testing.T) {
	var spec godo.AppSpec
	require.NoError(t, yaml.UnmarshalStrict(read(t, ".do/app.yaml"), &spec))
	var names []string
	for _, e := range spec.Envs {
		names = append(names, e.Key)
		require.True(t, e.Type == godo.AppVariableType_Secret || e.Value != "", e.Key)
		require.Equal(t, godo.AppVariableScope_RunTime, e.Scope, e.Key)
	}
	holds(t, ".do/app.yaml", names)
	require.Len(t, spec.Services, 1)
	require.Equal(t, "/readyz", spec.Services[0].HealthCheck.HTTPPath)
	require.EqualValues(t, 8080, spec.Services[0].HTTPPort)
	require.GreaterOrEqual(t, spec.Services[0].InstanceCount, int64(2))
	require.Len(t, spec.Workers, 1)
	require.GreaterOrEqual(t, spec.Workers[0].InstanceCount, int64(2))
	require.Len(t, spec.Jobs, 1)
	require.Equal(t, godo.AppJobSpecKind_PreDeploy, spec.Jobs[0].Kind)
	for _, command := range []string{spec.Services[0].RunCommand, spec.Workers[0].RunCommand, spec.Jobs[0].RunCommand} {
		require.True(t, strings.HasPrefix(command, "promostack "), command)
	}
}
