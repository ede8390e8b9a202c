package main

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/botupdates"
	"github.com/promostack/promostack/workflows/bulkrender"
	"github.com/promostack/promostack/workflows/conversation"
	"github.com/promostack/promostack/workflows/delivery"
	"github.com/promostack/promostack/workflows/hype"
	"github.com/promostack/promostack/workflows/promochat"
	"github.com/promostack/promostack/workflows/templatepreview"
	"github.com/promostack/promostack/workflows/useraccount"
)

// Names are kept for a while, since every message of a conversation may start its flow.
const (
	keptNames = 1000
	namesLife = time.Minute
)

// flowNames finds the names that stand in Temporal's Web UI. What can't be read now is left out: a flow starts as
// well without.
func flowNames(store *models.Store) temporal.Namer {
	kept := expirable.NewLRU[string, string](keptNames, nil, namesLife)
	keep := func(key string, find func() (string, error)) string {
		name, ok := kept.Get(key)
		if !ok {
			var err error
			if name, err = find(); err == nil {
				kept.Add(key, name)
			}
		}
		return name
	}
	return func(ctx context.Context, workflowType, tenantID, subject string) temporal.Names {
		var names temporal.Names
		if tenantID != tenant.PlatformID {
			names.Tenant = keep(tenantID, func() (string, error) {
				row, err := store.Tenants.ByID(ctx, tenantID)
				if err != nil {
					return "", err
				}
				return row.Slug, nil
			})
		}
		id, _, _ := strings.Cut(subject, ".") // the person follows
		names.Subject = keep(workflowType+" "+id, func() (string, error) { return subjectName(ctx, store, workflowType, id) })
		return names
	}
}

// subjectName names what a flow is about: a connection by its @name, a template, or a hype flow.
func subjectName(ctx context.Context, store *models.Store, workflowType, id string) (string, error) {
	switch workflowType {
	case delivery.Workflow:
		row, err := store.Deliveries.Get(ctx, id)
		if err != nil {
			return "", err
		}
		return connectionName(ctx, store, row.ConnectionID)
	case conversation.Workflow, promochat.Workflow, botupdates.Workflow, useraccount.Workflow:
		return connectionName(ctx, store, id)
	case bulkrender.Workflow:
		row, err := store.Bulk.Get(ctx, id)
		if err != nil {
			return "", err
		}
		return templateName(ctx, store, row.TemplateID)
	case templatepreview.Workflow:
		return templateName(ctx, store, id)
	case hype.Workflow:
		row, err := store.Hype.Flow(ctx, id)
		if err != nil {
			return "", err
		}
		return row.Name, nil
	}
	return "", nil
}

func connectionName(ctx context.Context, store *models.Store, id string) (string, error) {
	row, err := store.Connections.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if row.Username != "" {
		return "@" + row.Username, nil
	}
	return row.DisplayName, nil
}

func templateName(ctx context.Context, store *models.Store, id string) (string, error) {
	row, err := store.Templates.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return row.Slug, nil
}
