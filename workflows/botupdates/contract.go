// Package botupdates is the flow that makes sure that a bot's updates are received: it keeps the webhook
// registered, or has them fetched where Telegram can't reach this program.
package botupdates

// Workflow is the name of the flow.
const Workflow = "BotUpdates"

// SignalChanged says that the connection was changed or removed.
const SignalChanged = "changed"
