// Package useraccount is the flow that gives each user account an owner: one process at a time holds
// its connection, and another one takes over when that process dies. Other flows send through the
// owner with Send.
package useraccount

// Workflow is the name of the flow; its input is a contract.Connection.
const Workflow = "UserAccount"

// SendWorkflow is the name of the flow of a single message, for senders that are not flows themselves.
// Its input is a contract.AccountSend, its result a contract.AccountSent.
const SendWorkflow = "UserAccountSend"

// SignalOwn says that there is something to own: a sign-in has started, or a process started. Its name on the
// wire is an older one.
const SignalOwn = "wake"
