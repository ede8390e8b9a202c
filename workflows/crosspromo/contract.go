// Package crosspromo is the flow of one day's programme of the FREE channel (X1, X3): it waits for each post's time, has it
// sent, and follows when somebody changes the times. What was posted stands in the database; the flow may be started for a
// day any number of times.
package crosspromo

// Workflow is the name of the flow. Its input is a contract.ScheduledRun.
const Workflow = "CrossPromotion"

// SignalLook says that the programme has changed.
const SignalLook = "look"
