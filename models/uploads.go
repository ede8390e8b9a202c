package models

import "context"

// Upload is a picture that somebody sent: a logo, a photo, a background.
type Upload struct {
	ID        string
	TenantID  string
	ObjectKey string
	SHA256    string `gorm:"column:sha256"`
	Format    string // "jpeg", "png", "gif", "webp"
	Width     int    // pixels
	Height    int
	Bytes     int64
	CreatedAt Time `gorm:"autoCreateTime:false"`
}

// Uploads is the repository of uploads.
type Uploads struct{ s *Store }

// Create adds an upload. It makes the id when there is none and sets the tenant and the time.
func (r *Uploads) Create(ctx context.Context, u *Upload) error {
	if u.ID == "" {
		u.ID = NewID()
	}
	u.CreatedAt = r.s.now()
	return r.s.in(ctx).Create(u).Error
}

// Get returns one upload, or fault.NotFound "upload_not_found".
func (r *Uploads) Get(ctx context.Context, id string) (*Upload, error) {
	var u Upload
	if err := r.s.in(ctx).Where("id = ?", id).Take(&u).Error; err != nil {
		return nil, notFound(err, "upload_not_found", "There is no such upload")
	}
	return &u, nil
}

// Missing returns those of the ids of which the tenant has no upload, with one query.
func (r *Uploads) Missing(ctx context.Context, ids []string) (map[string]bool, error) {
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	if len(out) == 0 {
		return out, nil
	}
	var there []string
	err := r.s.in(ctx).Model(&Upload{}).Where("id IN ?", ids).Pluck("id", &there).Error
	for _, id := range there {
		delete(out, id)
	}
	return out, err
}

// List returns the tenant's uploads, the newest first.
func (r *Uploads) List(ctx context.Context, after string, limit int) (Page[Upload], error) {
	db, err := newestFirst(r.s.in(ctx), "uploads", "created_at", after, limit)
	if err != nil {
		return Page[Upload]{}, err
	}
	var rows []Upload
	if err := db.Find(&rows).Error; err != nil {
		return Page[Upload]{}, err
	}
	return cut(rows, "uploads", limit, func(u Upload) place { return place{u.CreatedAt, u.ID} }), nil
}
