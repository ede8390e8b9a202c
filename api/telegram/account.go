package telegram

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/models"
)

// Account serves /api/v1/user-account: the sign-in of the tenant's user account. Nothing that a
// person gives for it is ever answered.
type Account struct {
	Service *accounts.Service
}

type accountOut struct {
	ConnectionID string             `json:"connection_id" doc:"Of the account's connection; empty before the first sign-in."`
	Method       models.LoginMethod `json:"method" doc:"phone, qr, telethon or sign_out; empty when nothing is on its way."`
	State        string             `json:"state" openapi:"enum=idle|starting|code_needed|password_needed|qr|signed_in|failed"`
	QRURL        string             `json:"qr_url" doc:"What the QR code says, for the account's phone to read."`
	QRExpiresAt  models.Time        `json:"qr_expires_at" doc:"When the next code comes."`
	Problem      *httpx.Note        `json:"problem" doc:"What was wrong with the last step, or why it failed."`
	Version      int64              `json:"version" doc:"The sign-in's version, which is its ETag; 0 without one."`
	ExpiresAt    models.Time        `json:"expires_at" doc:"When the sign-in is over."`
}

// signInIn is what a sign-in begins with.
type signInIn struct {
	Method  string `json:"method"`
	Phone   string `json:"phone"`
	Session string `json:"session"`
}

type codeIn struct {
	Code string `json:"code"`
}

type accountPasswordIn struct {
	Password string `json:"password"`
}

func showAccount(c *gin.Context, status int, v accounts.View, err error) error {
	if err != nil {
		return err
	}
	httpx.ETag(c, v.Version)
	c.Header("Cache-Control", "no-store") // a QR code signs in whoever shows it
	return httpx.Reply(c, status, accountOut{ConnectionID: v.ConnectionID, Method: v.Method, State: v.State, QRURL: v.QR, QRExpiresAt: v.QRUntil,
		Problem: httpx.NoteOf(v.Problem), Version: v.Version, ExpiresAt: v.ExpiresAt})
}

// Get answers how far the sign-in is.
func (h *Account) Get(c *gin.Context) error {
	v, err := h.Service.State(c.Request.Context())
	return showAccount(c, http.StatusOK, v, err)
}

// Begin starts a sign-in.
func (h *Account) Begin(c *gin.Context) error {
	var in signInIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	v, err := h.Service.Begin(c.Request.Context(), accounts.Start{Method: models.LoginMethod(in.Method), Phone: secrets.Text(in.Phone), Session: secrets.Text(in.Session)})
	return showAccount(c, http.StatusAccepted, v, err)
}

// Code takes the code that Telegram sent.
func (h *Account) Code(c *gin.Context) error {
	var in codeIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	v, err := h.Service.Give(c.Request.Context(), httpx.Expected(c), models.StepCode, secrets.Text(in.Code))
	return showAccount(c, http.StatusAccepted, v, err)
}

// Password takes the account's password.
func (h *Account) Password(c *gin.Context) error {
	var in accountPasswordIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	v, err := h.Service.Give(c.Request.Context(), httpx.Expected(c), models.StepPassword, secrets.Text(in.Password))
	return showAccount(c, http.StatusAccepted, v, err)
}

// Cancel ends a sign-in that is in progress.
func (h *Account) Cancel(c *gin.Context) error {
	v, err := h.Service.Cancel(c.Request.Context())
	return showAccount(c, http.StatusOK, v, err)
}

// SignOut ends the session.
func (h *Account) SignOut(c *gin.Context) error {
	v, err := h.Service.SignOut(c.Request.Context())
	return showAccount(c, http.StatusAccepted, v, err)
}
