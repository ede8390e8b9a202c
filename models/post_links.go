package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// PostLink is the address under a post to a channel: /l/{id} leads there and counts.
type PostLink struct {
	ID           string // 12 characters of base62
	TenantID     string
	PostID       string // it has one
	URL          string `gorm:"column:url"`
	Clicks       int64
	UniqueClicks int64           // further ones of a visitor within minutes are left out
	Recent       map[string]Time `gorm:"serializer:json"` // the last counted click of each visitor of the last minutes
	CreatedAt    Time            `gorm:"autoCreateTime:false"`
}

// PostLinks is the repository of the addresses under posts.
type PostLinks struct{ s *Store }

// Of returns the address under a post, made when there is none. Call it in the Tx that makes the post's buttons.
func (r *PostLinks) Of(ctx context.Context, post, url string) (*PostLink, error) {
	row := &PostLink{ID: NewToken(), PostID: post, URL: url, Recent: map[string]Time{}, CreatedAt: r.s.now()}
	err := r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "post_id"}}, DoUpdates: clause.AssignmentColumns([]string{"url"})}).Create(row).Error
	if err != nil {
		return nil, err
	}
	var there PostLink
	return &there, r.s.in(ctx).Where("post_id = ?", post).Take(&there).Error
}

// Get returns an address by its public id, or fault.NotFound "link_not_found". Whose it is, nobody knows before.
func (r *PostLinks) Get(ctx context.Context, id string) (*PostLink, error) {
	var row PostLink
	if err := r.s.in(Platform(ctx)).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, "link_not_found", "There is no such link")
	}
	return &row, nil
}

// Click counts a click that a visitor made at a moment; a mark tells visitors apart.
func (r *PostLinks) Click(ctx context.Context, id, visitor string, moment time.Time) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		var row PostLink
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return notFound(err, "link_not_found", "There is no such link")
		}
		if !clickedBefore(&row.Recent, visitor, NewTime(moment)) {
			row.UniqueClicks++
		}
		row.Clicks++
		return tx.in(ctx).Select("clicks", "unique_clicks", "recent").Where("id = ?", id).Updates(&row).Error
	})
}

// ByPost returns the addresses under posts, by their posts.
func (r *PostLinks) ByPost(ctx context.Context, posts []string) (map[string]PostLink, error) {
	out := map[string]PostLink{}
	for len(posts) > 0 {
		some := posts[:min(len(posts), postsAtOnce)]
		posts = posts[len(some):]
		var rows []PostLink
		if err := r.s.in(ctx).Select("id", "tenant_id", "post_id", "url", "clicks", "unique_clicks").Where("post_id IN ?", some).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, l := range rows {
			out[l.PostID] = l
		}
	}
	return out, nil
}

// postsAtOnce is how many posts one statement names.
const postsAtOnce = 500
