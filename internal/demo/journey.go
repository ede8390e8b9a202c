package demo

import "github.com/promostack/promostack/internal/engine/journey"

// JourneyName is what the demo's journey is called.
const JourneyName = "Welcome to gold signals"

// Journey is the demo's conversation: it asks how much somebody knows, waits a few seconds, and offers
// the free channel. It can be walked through within a minute.
func Journey() *journey.Definition {
	return &journey.Definition{
		Format: journey.Format, Connections: []string{"signal_bot"},
		Triggers: []journey.Trigger{
			{Kind: journey.DeepLink, Value: "welcome"},
			{Kind: journey.Keyword, Value: "gold", Match: journey.Exact},
		},
		WelcomeMessage:        "Hi {first_name|there}, welcome to <b>Aurum Markets</b>. Here we talk about gold.",
		InactivityTimeoutDays: 7, ReEntry: journey.ReEntry{Rule: journey.Always}, Timezone: "UTC",
		StartStepID: "experience",
		Steps:       append(journeyBegin(), journeyOffer()...),
	}
}

// journeyBegin asks, and says what fits the answer.
func journeyBegin() []journey.Step {
	return []journey.Step{
		{ID: "experience", Type: journey.Question, Title: "Experience", X: 80, Y: 240, NextStepID: "trades",
			Text: "How much do you know about trading gold?", Answer: journey.AnswerChoice, Variable: "experience",
			Choices:        []journey.Choice{{Text: "I am new to it", Value: "new"}, {Text: "I trade already", Value: "trader"}},
			TimeoutSeconds: 86_400, TimeoutStepID: "goodbye"},
		{ID: "trades", Type: journey.Condition, Title: "Trades already?", X: 400, Y: 240,
			Rules:            []journey.Rule{{Variable: "experience", Op: journey.Equals, Value: "trader"}},
			BranchTrueStepID: "trader", BranchFalseStepID: "beginner"},
		{ID: "trader", Type: journey.Message, Title: "For traders", X: 720, Y: 80, NextStepID: "breath",
			Text: "Good. Each of our signals has its entry, its stop and three targets, so it takes you a minute to check it against your own plan."},
		{ID: "beginner", Type: journey.Message, Title: "For beginners", X: 720, Y: 400, NextStepID: "breath",
			Text:    "Good that you ask first. A signal says where to buy or sell gold, where to stop, and where to take profit. Begin on a demo account.",
			Buttons: [][]journey.Button{{{Text: "What is a pip?", URL: "https://en.wikipedia.org/wiki/Percentage_in_point"}}}},
		{ID: "breath", Type: journey.Delay, Title: "A breath", X: 1040, Y: 240, NextStepID: "offer", Delay: journey.DelayFor, Seconds: 5},
	}
}

// journeyOffer offers the free channel and acts on the reply.
func journeyOffer() []journey.Step {
	return []journey.Step{
		{ID: "offer", Type: journey.Message, Title: "Offer", X: 1360, Y: 240, NextStepID: "reply",
			Text: "Would you like to see our free signals? Write <b>join</b>, and you are on the list."},
		{ID: "reply", Type: journey.WaitForReply, Title: "Join?", X: 1680, Y: 240, NextStepID: "goodbye", Variable: "reply",
			BranchKeyword: "join", BranchMatch: journey.Word, BranchTrueStepID: "tag", BranchFalseStepID: "goodbye",
			TimeoutSeconds: 3_600, TimeoutStepID: "goodbye"},
		{ID: "tag", Type: journey.Tag, Title: "Gold lead", X: 2000, Y: 80, NextStepID: "welcome", AddTags: []string{"gold-lead"}},
		{ID: "welcome", Type: journey.Message, Title: "You are in", X: 2320, Y: 80, NextStepID: "joined",
			Text: "You are on the list, {first_name|friend}. The next free signal comes to you here."},
		{ID: "joined", Type: journey.End, Title: "Joined", X: 2640, Y: 80, Outcome: "joined"},
		{ID: "goodbye", Type: journey.Message, Title: "Another time", X: 2000, Y: 400, NextStepID: "left",
			Text: "No hurry. Write <b>gold</b> whenever you want to go on."},
		{ID: "left", Type: journey.End, Title: "Left", X: 2320, Y: 400, Outcome: "left"},
	}
}

// VIPLink is where the demo's call to action leads: to the promo bot that a newcomer can play with.
const VIPLink = "https://t.me/promostack_bot"
