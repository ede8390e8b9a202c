// Package backtest is the flow that works through a tenant's backtests, one after the other, so that nobody's take all
// workers. Which there are, how far they are and what they found stands in the database.
package backtest

// Workflow is the name of the flow.
const Workflow = "Backtests"

// SignalLook says that there may be another one.
const SignalLook = "look"
