// Package position is the engine of an open signal (F4, F5): what each price does to it.
package position

// MaxTargets is how many targets a signal can have.
const MaxTargets = 5
