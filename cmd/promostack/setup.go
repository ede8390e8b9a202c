package main

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

// setup makes what a new production lacks (R8).
type setup struct {
	*app
	name, slug string
	templates  bool
	say        func(mark, what, detail, remedy string)
}

// slugForm is the form of a tenant's short name.
var slugForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// temporalPatience is how long Temporal may take to make its namespace known.
const temporalPatience = 30 * time.Second

func setupCommand() *cobra.Command {
	o := &setup{}
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Make what a new installation lacks: schema, bucket, namespace, the first tenant",
		Long: "Makes what a new installation lacks, and says what it made: the database's schema, the bucket, Temporal's\n" +
			"namespace with its search attributes, and the first tenant. It changes nothing that is there, so it can be run\n" +
			"again. `up` needs none of it.",
		Args: cobra.NoArgs,
	}
	data := dataFlag(cmd)
	cmd.Flags().StringVar(&o.name, "name", "My workspace", "name of the first tenant")
	cmd.Flags().StringVar(&o.slug, "slug", "workspace", "short name of the first tenant: small letters, digits and hyphens")
	cmd.Flags().BoolVar(&o.templates, "templates", false, "install the templates of the demo in it, to begin with")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if o.name = text.Clean(o.name); o.name == "" {
			return fault.InvalidField("--name", "required", "is empty")
		}
		if !slugForm.MatchString(o.slug) {
			return fault.InvalidField("--slug", "malformed", "must be 1 to 40 small letters, digits and hyphens")
		}
		o.say = func(mark, what, detail, remedy string) {
			cmd.Printf("%s %-10s %s\n", mark, what, detail)
			if remedy != "" {
				cmd.Printf("  %-10s → %s\n", "", remedy)
			}
		}
		return withApp(cmd, *data, func(ctx context.Context, s *settings, a *app) error {
			if s.dir != nil {
				return fault.New(fault.Conflict, "setup_not_here", "`promostack up` sets up its data folder by itself").
					WithRemedy("Give this the settings of your installation; the README's table has them")
			}
			o.app = a
			return o.run(ctx)
		})
	}
	return cmd
}

// run makes one thing after the other. What fails keeps only what needs it from being made.
func (o *setup) run(ctx context.Context) error {
	var failed []string
	step := func(what string, make func(context.Context) (string, error)) bool {
		detail, err := make(ctx)
		if err != nil {
			f := fault.From(err)
			message := f.Message
			if f.Kind == fault.Internal {
				message = err.Error() // an operator reads it
			}
			o.say("✗", what, message, f.Remedy)
			failed = append(failed, what)
			return false
		}
		o.say("✓", what, detail, "")
		return true
	}
	schema := step("schema", o.schema)
	bucket := step("bucket", o.bucket)
	step("namespace", o.namespace)
	if schema && step("tenant", o.tenant) && bucket && o.templates {
		step("templates", o.install)
	}
	if len(failed) > 0 {
		return fault.New(fault.Unavailable, "setup_incomplete", "These could not be made: %s", strings.Join(failed, ", ")).
			WithRemedy("Mend what is said above, and run this again")
	}
	o.say("✓", "done", "start `promostack api` and `promostack worker`, then sign in at "+o.config.PublicURL.String(), "")
	return nil
}

func (o *setup) schema(ctx context.Context) (string, error) {
	applied, err := o.store.Migrate(ctx)
	if err != nil {
		return "", err
	}
	detail, err := o.store.Describe(ctx)
	if len(applied) == 0 {
		detail += ", was up to date"
	}
	return detail, err
}

func (o *setup) bucket(ctx context.Context) (string, error) {
	if _, err := o.objects.Ping(ctx); err == nil {
		return o.config.SpacesBucket + " was there", nil
	}
	if err := o.objects.EnsureBucket(ctx); err != nil {
		return "", err
	}
	return o.config.SpacesBucket + " was made", nil
}

func (o *setup) namespace(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, temporalPatience)
	defer cancel()
	c, err := temporal.Dial(ctx, o.temporalOptions()) // a namespace that was just made is known everywhere some seconds later
	if err != nil {
		return "", err
	}
	c.Close()
	return o.config.TemporalNamespace + " is there, with its search attributes", nil
}

func (o *setup) tenant(ctx context.Context) (string, error) {
	first, made, err := firstTenant(ctx, o.app, &models.Tenant{Slug: o.slug, Name: o.name, Kind: models.KindClient})
	if err != nil {
		return "", err
	}
	detail := first.Name + " (" + first.Slug + ")"
	if made {
		return detail + " was made", nil
	}
	return detail + " was there", nil
}

func (o *setup) install(ctx context.Context) (string, error) {
	first, err := o.store.Tenants.First(ctx)
	if err != nil {
		return "", err
	}
	var made []string
	err = installTemplates(tenant.With(ctx, first.ID), o.app, func(name string) { made = append(made, name) })
	if len(made) == 0 {
		return "were there", err
	}
	return strings.Join(made, ", ") + " were made", err
}
