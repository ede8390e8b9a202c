package models

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
)

// SignalAsk is a question to somebody whether a proposed signal may go out.
type SignalAsk struct {
	TenantID     string `gorm:"primaryKey"`
	SignalID     string `gorm:"primaryKey"`
	UserID       int64  `gorm:"primaryKey;autoIncrement:false"` // Telegram's
	Token        string // of the buttons
	ConnectionID string
	MessageID    int64  // 0 before it was sent
	CallbackID   string // of a press that waits for its answer
	Answer       string // what that is
	Told         SignalState
}

// SignalAsks is the repository of questions about signals.
type SignalAsks struct{ s *Store }

// Of returns the questions about a signal.
func (r *SignalAsks) Of(ctx context.Context, signal string) ([]SignalAsk, error) {
	var rows []SignalAsk
	return rows, r.s.in(ctx).Where("signal_id = ?", signal).Order("user_id").Find(&rows).Error
}

// ByToken returns the question of a button, or fault.NotFound "signal_not_found".
func (r *SignalAsks) ByToken(ctx context.Context, token string) (*SignalAsk, error) {
	var row SignalAsk
	if err := r.s.in(ctx).Where("token = ?", token).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoSignal.Code, errNoSignal.Message)
	}
	return &row, nil
}

// Begin adds a question to somebody, or returns the one that there is.
func (r *SignalAsks) Begin(ctx context.Context, signal, connection string, user int64) (*SignalAsk, error) {
	row := SignalAsk{SignalID: signal, UserID: user, Token: NewToken(), ConnectionID: connection}
	if err := r.s.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return nil, err
	}
	var kept SignalAsk
	return &kept, r.s.in(ctx).Where("signal_id = ? AND user_id = ?", signal, user).Take(&kept).Error
}

// Save stores what became of a question.
func (r *SignalAsks) Save(ctx context.Context, row *SignalAsk) error {
	result := r.s.in(ctx).Select("message_id", "callback_id", "answer", "told").Where("signal_id = ? AND user_id = ?", row.SignalID, row.UserID).Updates(row)
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.NotFound, errNoSignal.Code, "%s", errNoSignal.Message)
	}
	return result.Error
}
