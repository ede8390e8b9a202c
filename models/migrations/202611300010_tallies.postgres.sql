-- Counts are kept as things happen: triggers add rows with what a change adds or takes away, in the
-- change's own transaction, so that no writer waits for another one's count. Every few seconds the rows
-- of one count are folded into one (models/tallies.go). Reads add up both kinds.
CREATE TABLE tallies (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id TEXT NOT NULL, -- no reference: when a tenant goes, its rows count their counts down to nothing
    subject   TEXT NOT NULL, -- the journey; empty for the tenant
    version   TEXT NOT NULL, -- of the journey; empty for all
    part      TEXT NOT NULL, -- 'step:' and the step, 'link:' and the step and the address; empty for the whole
    measure   TEXT NOT NULL, -- what is counted
    day       TEXT NOT NULL, -- in UTC; empty where days don't matter
    n         BIGINT NOT NULL,
    folded    BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX tallies_of_subject ON tallies (tenant_id, subject, version, part, measure, day, n);
CREATE UNIQUE INDEX tallies_folded ON tallies (tenant_id, subject, version, part, measure, day) WHERE folded;
CREATE INDEX tallies_to_fold ON tallies (id) WHERE NOT folded;
CREATE INDEX tallies_over ON tallies (id) WHERE folded AND n = 0;

-- Different people are counted by the first session of each, and by the first click of each session: a
-- person's rows go all at once, so what is first stays so.
ALTER TABLE journey_sessions ADD COLUMN is_first BOOLEAN NOT NULL DEFAULT FALSE; -- of this person in this journey
ALTER TABLE journey_sessions ADD COLUMN is_first_of_version BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE journey_links ADD COLUMN is_first_click BOOLEAN NOT NULL DEFAULT FALSE; -- of this session on this address of this step
ALTER TABLE journey_links ADD COLUMN is_first_of_step BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE journey_sessions SET is_first = TRUE WHERE id IN (SELECT min(id) FROM journey_sessions GROUP BY tenant_id, journey_id, subscriber_id);
UPDATE journey_sessions SET is_first_of_version = TRUE WHERE id IN (SELECT min(id) FROM journey_sessions GROUP BY tenant_id, journey_id, version_id, subscriber_id);
UPDATE journey_links SET is_first_click = TRUE WHERE id IN (SELECT min(id) FROM journey_links WHERE clicks > 0 GROUP BY session_id, step_id, url);
UPDATE journey_links SET is_first_of_step = TRUE WHERE id IN (SELECT min(id) FROM journey_links WHERE clicks > 0 GROUP BY session_id, step_id);

-- Steps of journeys.
CREATE FUNCTION journey_visit_counts(r journey_visits) RETURNS TABLE (version TEXT, part TEXT, measure TEXT, day TEXT, n BIGINT) LANGUAGE sql STABLE AS $$
    VALUES
        (r.version_id, 'step:' || r.step_id, 'entered', to_char(r.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 1::bigint),
        (r.version_id, 'step:' || r.step_id, 'waiting', to_char(r.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), (r.result = '')::int::bigint),
        (r.version_id, 'step:' || r.step_id, 'passed', to_char(r.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), (r.result = 'passed')::int::bigint),
        (r.version_id, 'step:' || r.step_id, 'dropped', to_char(r.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), (r.result = 'dropped')::int::bigint),
        (r.version_id, 'step:' || r.step_id, 'replied', to_char(r.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), (r.replies > 0)::int::bigint),
        (r.version_id, 'step:' || r.step_id, 'sends', to_char(r.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), r.sends::bigint),
        (r.version_id, 'step:' || r.step_id, 'failures', to_char(r.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), r.failures::bigint),
        ('', '', 'sends', '', r.sends::bigint)
$$;
CREATE FUNCTION tally_journey_visits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT NEW.tenant_id, NEW.journey_id, c.version, c.part, c.measure, c.day, c.n FROM journey_visit_counts(NEW) c WHERE c.n <> 0;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT OLD.tenant_id, OLD.journey_id, c.version, c.part, c.measure, c.day, -c.n FROM journey_visit_counts(OLD) c WHERE c.n <> 0;
    ELSE
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT NEW.tenant_id, NEW.journey_id, c.version, c.part, c.measure, c.day, sum(c.n)
        FROM (SELECT * FROM journey_visit_counts(NEW) UNION ALL SELECT o.version, o.part, o.measure, o.day, -o.n FROM journey_visit_counts(OLD) o) c
        GROUP BY c.version, c.part, c.measure, c.day HAVING sum(c.n) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER journey_visits_counted AFTER INSERT OR DELETE ON journey_visits FOR EACH ROW EXECUTE FUNCTION tally_journey_visits();
CREATE TRIGGER journey_visits_recounted AFTER UPDATE ON journey_visits FOR EACH ROW EXECUTE FUNCTION tally_journey_visits();

-- Sessions of journeys by how they ended, and the different people who had one.
CREATE FUNCTION journey_session_counts(r journey_sessions) RETURNS TABLE (version TEXT, part TEXT, measure TEXT, day TEXT, n BIGINT) LANGUAGE sql STABLE AS $$
    VALUES
        (r.version_id, '', 'session:' || r.status || ':' || r.outcome, to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 1::bigint),
        ('', '', 'inside', '', (r.status = 'running')::int::bigint),
        ('', '', 'people', '', r.is_first::int::bigint),
        (r.version_id, '', 'people', '', r.is_first_of_version::int::bigint)
$$;
CREATE FUNCTION tally_journey_sessions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT NEW.tenant_id, NEW.journey_id, c.version, c.part, c.measure, c.day, c.n FROM journey_session_counts(NEW) c WHERE c.n <> 0;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT OLD.tenant_id, OLD.journey_id, c.version, c.part, c.measure, c.day, -c.n FROM journey_session_counts(OLD) c WHERE c.n <> 0;
    ELSE
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT NEW.tenant_id, NEW.journey_id, c.version, c.part, c.measure, c.day, sum(c.n)
        FROM (SELECT * FROM journey_session_counts(NEW) UNION ALL SELECT o.version, o.part, o.measure, o.day, -o.n FROM journey_session_counts(OLD) o) c
        GROUP BY c.version, c.part, c.measure, c.day HAVING sum(c.n) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER journey_sessions_counted AFTER INSERT OR DELETE ON journey_sessions FOR EACH ROW EXECUTE FUNCTION tally_journey_sessions();
CREATE TRIGGER journey_sessions_recounted AFTER UPDATE ON journey_sessions FOR EACH ROW
WHEN (NEW.status <> OLD.status OR NEW.outcome <> OLD.outcome) EXECUTE FUNCTION tally_journey_sessions();

-- Clicks, and the sessions that clicked: on an address of a step, and on any of it.
CREATE FUNCTION journey_link_counts(r journey_links) RETURNS TABLE (version TEXT, part TEXT, measure TEXT, day TEXT, n BIGINT) LANGUAGE sql STABLE AS $$
    VALUES
        (r.version_id, 'link:' || r.step_id || ' ' || r.url, 'made', '', 1::bigint),
        (r.version_id, 'link:' || r.step_id || ' ' || r.url, 'clicks', '', r.clicks::bigint),
        (r.version_id, 'link:' || r.step_id || ' ' || r.url, 'clickers', '', r.is_first_click::int::bigint),
        (r.version_id, 'step:' || r.step_id, 'clicks', '', r.clicks::bigint),
        (r.version_id, 'step:' || r.step_id, 'clickers', '', r.is_first_of_step::int::bigint)
$$;
CREATE FUNCTION tally_journey_links() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT NEW.tenant_id, NEW.journey_id, c.version, c.part, c.measure, c.day, c.n FROM journey_link_counts(NEW) c WHERE c.n <> 0;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT OLD.tenant_id, OLD.journey_id, c.version, c.part, c.measure, c.day, -c.n FROM journey_link_counts(OLD) c WHERE c.n <> 0;
    ELSE
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT NEW.tenant_id, NEW.journey_id, c.version, c.part, c.measure, c.day, sum(c.n)
        FROM (SELECT * FROM journey_link_counts(NEW) UNION ALL SELECT o.version, o.part, o.measure, o.day, -o.n FROM journey_link_counts(OLD) o) c
        GROUP BY c.version, c.part, c.measure, c.day HAVING sum(c.n) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER journey_links_counted AFTER INSERT OR DELETE ON journey_links FOR EACH ROW EXECUTE FUNCTION tally_journey_links();
CREATE TRIGGER journey_links_recounted AFTER UPDATE ON journey_links FOR EACH ROW
WHEN (NEW.clicks <> OLD.clicks OR NEW.is_first_click <> OLD.is_first_click OR NEW.is_first_of_step <> OLD.is_first_of_step) EXECUTE FUNCTION tally_journey_links();

-- People by state.
CREATE FUNCTION subscriber_counts(r subscribers) RETURNS TABLE (version TEXT, part TEXT, measure TEXT, day TEXT, n BIGINT) LANGUAGE sql STABLE AS $$
    VALUES
        ('', '', 'subscribers:' || r.state, '', 1::bigint)
$$;
CREATE FUNCTION tally_subscribers() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT NEW.tenant_id, '', c.version, c.part, c.measure, c.day, c.n FROM subscriber_counts(NEW) c WHERE c.n <> 0;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT OLD.tenant_id, '', c.version, c.part, c.measure, c.day, -c.n FROM subscriber_counts(OLD) c WHERE c.n <> 0;
    ELSE
        INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
        SELECT NEW.tenant_id, '', c.version, c.part, c.measure, c.day, sum(c.n)
        FROM (SELECT * FROM subscriber_counts(NEW) UNION ALL SELECT o.version, o.part, o.measure, o.day, -o.n FROM subscriber_counts(OLD) o) c
        GROUP BY c.version, c.part, c.measure, c.day HAVING sum(c.n) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER subscribers_counted AFTER INSERT OR DELETE ON subscribers FOR EACH ROW EXECUTE FUNCTION tally_subscribers();
CREATE TRIGGER subscribers_recounted AFTER UPDATE ON subscribers FOR EACH ROW
WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION tally_subscribers();

-- What the counts ought to be, from the rows: what is there already is counted now, and housekeeping
-- compares the two every day.
CREATE VIEW tallies_expected AS
SELECT r.tenant_id, r.journey_id AS subject, c.version, c.part, c.measure, c.day, sum(c.n)::bigint AS n FROM journey_visits r CROSS JOIN LATERAL journey_visit_counts(r) c GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(c.n) <> 0
UNION ALL SELECT r.tenant_id, r.journey_id AS subject, c.version, c.part, c.measure, c.day, sum(c.n)::bigint AS n FROM journey_sessions r CROSS JOIN LATERAL journey_session_counts(r) c GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(c.n) <> 0
UNION ALL SELECT r.tenant_id, r.journey_id AS subject, c.version, c.part, c.measure, c.day, sum(c.n)::bigint AS n FROM journey_links r CROSS JOIN LATERAL journey_link_counts(r) c GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(c.n) <> 0
UNION ALL SELECT r.tenant_id, '' AS subject, c.version, c.part, c.measure, c.day, sum(c.n)::bigint AS n FROM subscribers r CROSS JOIN LATERAL subscriber_counts(r) c GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(c.n) <> 0;
INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n, folded) SELECT tenant_id, subject, version, part, measure, day, n, TRUE FROM tallies_expected;

-- Lists and their filters.
CREATE INDEX subscribers_by_first_sight ON subscribers (tenant_id, created_at, id);
CREATE INDEX subscribers_of_state ON subscribers (tenant_id, state, last_seen_at, id);
CREATE INDEX subscribers_of_source ON subscribers (tenant_id, source, last_seen_at, id);
CREATE INDEX subscribers_of_connection ON subscribers (tenant_id, connection_id, last_seen_at, id);
CREATE INDEX journey_sessions_of_status ON journey_sessions (tenant_id, status, started_at, id);
CREATE INDEX journey_sessions_of_step ON journey_sessions (tenant_id, journey_id, step_id, started_at, id);
CREATE INDEX journey_sessions_inside ON journey_sessions (tenant_id, journey_id, version_id, step_id) WHERE status = 'running';
CREATE INDEX journey_sessions_paused ON journey_sessions (tenant_id, started_at, id) WHERE paused;

-- People are found by any three letters of their names and tags. Two spaces before each word let one or
-- two letters find the beginnings of words in the same index.
UPDATE subscribers SET search_text = '  ' || replace(replace(trim(search_text), chr(10), ' '), ' ', '  ');
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX subscribers_by_text ON subscribers USING gin (search_text gin_trgm_ops, tags gin_trgm_ops);
