// Package marketfeed is the platform's flow that keeps the candles and the price of a symbol for all tenants.
package marketfeed

// Workflow is the name of the flow.
const Workflow = "MarketFeed"

// SignalLook asks for a look at once.
const SignalLook = "look"
