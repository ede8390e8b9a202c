-- How far a tenant has come: new until it has its first templates, then active, and going while it is removed.
ALTER TABLE tenants ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
