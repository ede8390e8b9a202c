// Package hype is the flow of one run of a hype flow (X4): it waits for each message's time and has it sent, until the run has
// no further one or the flow is switched off. What was posted stands in the database.
package hype

// Workflow is the name of the flow. Its input is a contract.HypeRun.
const Workflow = "Hype"
