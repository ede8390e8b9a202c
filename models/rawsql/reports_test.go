package rawsql

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReportsNeedTheTenantsCondition(t *testing.T) {
	for query, ok := range map[string]bool{
		tallyErrors: true,
		"SELECT count(*) FROM journeys WHERE tenant_id = @tenant":                                                      true,
		"SELECT 1 FROM journeys WHERE tenant_id = @tenant UNION SELECT 1 FROM journey_links WHERE tenant_id = @tenant": true,
		"WITH a AS (SELECT id FROM journeys WHERE tenant_id = @tenant) SELECT count(*) FROM a":                         true,
		"SELECT count(*) FROM journeys":                                                                                            false,
		"SELECT count(*) FROM journeys WHERE tenant_id = 'one'":                                                                    false,
		"SELECT 1 FROM journeys WHERE tenant_id = @tenant UNION SELECT 1 FROM journey_links":                                       false,
		"SELECT 1 FROM journeys j JOIN journey_links l ON l.journey_id = j.id WHERE j.tenant_id = @tenant":                         false,
		"WITH a AS (SELECT id FROM journeys) SELECT count(*) FROM a JOIN journeys ON journeys.id = a.id WHERE tenant_id = @tenant": false,
		"DELETE FROM journeys WHERE tenant_id = @tenant":                                                                           false,
		"SELECT 1 FROM journeys WHERE tenant_id = @tenant; DELETE FROM journeys":                                                   false,
	} {
		require.Equal(t, ok, scoped(query) == nil, query)
	}
}
