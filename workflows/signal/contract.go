// Package signal is the flow of one signal, from its proposal until everything that happened to it was told. What happens
// to it stands in the database; the flow sends it in order, once, and goes on after any pause.
package signal

// Workflow is the name of the flow.
const Workflow = "Signal"

// SignalLook says that something has changed.
const SignalLook = "look"
