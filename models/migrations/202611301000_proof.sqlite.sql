-- What a strategy had not shown when it was taken live, in words; nothing where it had shown all.
ALTER TABLE strategy_settings ADD COLUMN unproven TEXT; -- JSON
