package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/datadir"
	"github.com/promostack/promostack/internal/sandbox/telegram"
)

// seedPeople lets the demo's visitors talk with its bots, where both are simulated. Those who have come before do not come again.
func seedPeople(ctx context.Context, c *config.Config) error {
	if c.TelegramBotToken != datadir.SandboxPromoToken || c.ForexBotToken != datadir.SandboxSignalToken {
		return nil
	}
	address := strings.TrimSuffix(c.TelegramAPIURL, config.SandboxTelegram) + telegram.Control + "/visitors"
	for _, v := range demo.Visitors(promoBotName, signalBotName) {
		if err := visit(ctx, address, v); err != nil {
			return fmt.Errorf("the demo's visitor %s: %w", v.FirstName, err)
		}
	}
	return nil
}

const visitWithin = 10 * time.Second

func visit(ctx context.Context, address string, v demo.Visitor) error {
	ctx, cancel := context.WithTimeout(ctx, visitWithin)
	defer cancel()
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	var problem struct {
		Detail string `json:"detail"`
		Fields []struct {
			Code string `json:"code"`
		} `json:"fields"`
	}
	if response.StatusCode == http.StatusOK {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(&problem); err != nil {
		return fmt.Errorf("the sandbox answers %s", response.Status)
	}
	for _, f := range problem.Fields {
		if f.Code == "taken" {
			return nil
		}
	}
	return fmt.Errorf("the sandbox answers %s: %s", response.Status, problem.Detail)
}
