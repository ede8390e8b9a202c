-- Who had a coupon checked (P6): a subscriber's id, and the person's name.
ALTER TABLE coupon_checks ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE coupon_checks ADD COLUMN asked_by TEXT NOT NULL DEFAULT '';
CREATE INDEX coupon_checks_actor ON coupon_checks (tenant_id, actor) WHERE actor <> '';
