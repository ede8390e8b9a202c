package strategy

import "slices"

// kinds are all strategies: a new one is a file and a line here.
var kinds = []*Kind{
	&trendPullbackKind,
	&breakoutKind,
	&meanReversionKind,
	&momentumKind,
	&smaCrossKind,
}

// All are the strategies in the order in which they are shown.
func All() []*Kind { return slices.Clone(kinds) }

// Find returns the strategy of a name.
func Find(name string) (*Kind, bool) {
	for _, k := range kinds {
		if k.Name == name {
			return k, true
		}
	}
	return nil, false
}
