-- Counts are kept as things happen: triggers add rows with what a change adds or takes away, in the
-- change's own transaction, so that no writer waits for another one's count. Every few seconds the rows
-- of one count are folded into one (models/tallies.go). Reads add up both kinds.
CREATE TABLE tallies (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id TEXT NOT NULL, -- no reference: when a tenant goes, its rows count their counts down to nothing
    subject   TEXT NOT NULL, -- the journey; empty for the tenant
    version   TEXT NOT NULL, -- of the journey; empty for all
    part      TEXT NOT NULL, -- 'step:' and the step, 'link:' and the step and the address; empty for the whole
    measure   TEXT NOT NULL, -- what is counted
    day       TEXT NOT NULL, -- in UTC; empty where days don't matter
    n         INTEGER NOT NULL,
    folded    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX tallies_of_subject ON tallies (tenant_id, subject, version, part, measure, day, n);
CREATE UNIQUE INDEX tallies_folded ON tallies (tenant_id, subject, version, part, measure, day) WHERE folded;
CREATE INDEX tallies_to_fold ON tallies (id) WHERE NOT folded;
CREATE INDEX tallies_over ON tallies (id) WHERE folded AND n = 0;

-- Different people are counted by the first session of each, and by the first click of each session: a
-- person's rows go all at once, so what is first stays so.
ALTER TABLE journey_sessions ADD COLUMN is_first INTEGER NOT NULL DEFAULT 0; -- of this person in this journey
ALTER TABLE journey_sessions ADD COLUMN is_first_of_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journey_links ADD COLUMN is_first_click INTEGER NOT NULL DEFAULT 0; -- of this session on this address of this step
ALTER TABLE journey_links ADD COLUMN is_first_of_step INTEGER NOT NULL DEFAULT 0;
UPDATE journey_sessions SET is_first = 1 WHERE id IN (SELECT min(id) FROM journey_sessions GROUP BY tenant_id, journey_id, subscriber_id);
UPDATE journey_sessions SET is_first_of_version = 1 WHERE id IN (SELECT min(id) FROM journey_sessions GROUP BY tenant_id, journey_id, version_id, subscriber_id);
UPDATE journey_links SET is_first_click = 1 WHERE id IN (SELECT min(id) FROM journey_links WHERE clicks > 0 GROUP BY session_id, step_id, url);
UPDATE journey_links SET is_first_of_step = 1 WHERE id IN (SELECT min(id) FROM journey_links WHERE clicks > 0 GROUP BY session_id, step_id);

-- Steps of journeys.
CREATE TRIGGER journey_visits_added AFTER INSERT ON journey_visits BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT NEW.tenant_id, NEW.journey_id, version, part, measure, day, n FROM (
        SELECT NEW.version_id AS version, 'step:' || NEW.step_id AS part, 'entered' AS measure, substr(NEW.entered_at, 1, 10) AS day, 1 AS n
        UNION ALL VALUES (NEW.version_id, 'step:' || NEW.step_id, 'waiting', substr(NEW.entered_at, 1, 10), (NEW.result = '')),
        (NEW.version_id, 'step:' || NEW.step_id, 'passed', substr(NEW.entered_at, 1, 10), (NEW.result = 'passed')),
        (NEW.version_id, 'step:' || NEW.step_id, 'dropped', substr(NEW.entered_at, 1, 10), (NEW.result = 'dropped')),
        (NEW.version_id, 'step:' || NEW.step_id, 'replied', substr(NEW.entered_at, 1, 10), (NEW.replies > 0)),
        (NEW.version_id, 'step:' || NEW.step_id, 'sends', substr(NEW.entered_at, 1, 10), NEW.sends),
        (NEW.version_id, 'step:' || NEW.step_id, 'failures', substr(NEW.entered_at, 1, 10), NEW.failures),
        ('', '', 'sends', '', NEW.sends)
    ) WHERE n <> 0;
END;
CREATE TRIGGER journey_visits_changed AFTER UPDATE ON journey_visits BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT NEW.tenant_id, NEW.journey_id, version, part, measure, day, n FROM (
        SELECT NEW.version_id AS version, 'step:' || NEW.step_id AS part, 'waiting' AS measure, substr(NEW.entered_at, 1, 10) AS day, (NEW.result = '') - (OLD.result = '') AS n
        UNION ALL VALUES (NEW.version_id, 'step:' || NEW.step_id, 'passed', substr(NEW.entered_at, 1, 10), (NEW.result = 'passed') - (OLD.result = 'passed')),
        (NEW.version_id, 'step:' || NEW.step_id, 'dropped', substr(NEW.entered_at, 1, 10), (NEW.result = 'dropped') - (OLD.result = 'dropped')),
        (NEW.version_id, 'step:' || NEW.step_id, 'replied', substr(NEW.entered_at, 1, 10), (NEW.replies > 0) - (OLD.replies > 0)),
        (NEW.version_id, 'step:' || NEW.step_id, 'sends', substr(NEW.entered_at, 1, 10), NEW.sends - OLD.sends),
        (NEW.version_id, 'step:' || NEW.step_id, 'failures', substr(NEW.entered_at, 1, 10), NEW.failures - OLD.failures),
        ('', '', 'sends', '', NEW.sends - OLD.sends)
    ) WHERE n <> 0;
END;
CREATE TRIGGER journey_visits_gone AFTER DELETE ON journey_visits BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT OLD.tenant_id, OLD.journey_id, version, part, measure, day, n FROM (
        SELECT OLD.version_id AS version, 'step:' || OLD.step_id AS part, 'entered' AS measure, substr(OLD.entered_at, 1, 10) AS day, -1 AS n
        UNION ALL VALUES (OLD.version_id, 'step:' || OLD.step_id, 'waiting', substr(OLD.entered_at, 1, 10), -(OLD.result = '')),
        (OLD.version_id, 'step:' || OLD.step_id, 'passed', substr(OLD.entered_at, 1, 10), -(OLD.result = 'passed')),
        (OLD.version_id, 'step:' || OLD.step_id, 'dropped', substr(OLD.entered_at, 1, 10), -(OLD.result = 'dropped')),
        (OLD.version_id, 'step:' || OLD.step_id, 'replied', substr(OLD.entered_at, 1, 10), -(OLD.replies > 0)),
        (OLD.version_id, 'step:' || OLD.step_id, 'sends', substr(OLD.entered_at, 1, 10), -OLD.sends),
        (OLD.version_id, 'step:' || OLD.step_id, 'failures', substr(OLD.entered_at, 1, 10), -OLD.failures),
        ('', '', 'sends', '', -OLD.sends)
    ) WHERE n <> 0;
END;

-- Sessions of journeys by how they ended, and the different people who had one.
CREATE TRIGGER journey_sessions_added AFTER INSERT ON journey_sessions BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT NEW.tenant_id, NEW.journey_id, version, part, measure, day, n FROM (
        SELECT NEW.version_id AS version, '' AS part, 'session:' || NEW.status || ':' || NEW.outcome AS measure, substr(NEW.started_at, 1, 10) AS day, 1 AS n
        UNION ALL VALUES ('', '', 'inside', '', (NEW.status = 'running')),
        ('', '', 'people', '', NEW.is_first),
        (NEW.version_id, '', 'people', '', NEW.is_first_of_version)
    ) WHERE n <> 0;
END;
CREATE TRIGGER journey_sessions_changed AFTER UPDATE OF status, outcome ON journey_sessions
WHEN NEW.status <> OLD.status OR NEW.outcome <> OLD.outcome BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT NEW.tenant_id, NEW.journey_id, version, part, measure, day, n FROM (
        SELECT NEW.version_id AS version, '' AS part, 'session:' || NEW.status || ':' || NEW.outcome AS measure, substr(NEW.started_at, 1, 10) AS day, 1 AS n
        UNION ALL VALUES (OLD.version_id, '', 'session:' || OLD.status || ':' || OLD.outcome, substr(OLD.started_at, 1, 10), -1),
        ('', '', 'inside', '', (NEW.status = 'running') - (OLD.status = 'running'))
    ) WHERE n <> 0;
END;
CREATE TRIGGER journey_sessions_gone AFTER DELETE ON journey_sessions BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT OLD.tenant_id, OLD.journey_id, version, part, measure, day, n FROM (
        SELECT OLD.version_id AS version, '' AS part, 'session:' || OLD.status || ':' || OLD.outcome AS measure, substr(OLD.started_at, 1, 10) AS day, -1 AS n
        UNION ALL VALUES ('', '', 'inside', '', -(OLD.status = 'running')),
        ('', '', 'people', '', -OLD.is_first),
        (OLD.version_id, '', 'people', '', -OLD.is_first_of_version)
    ) WHERE n <> 0;
END;

-- Clicks, and the sessions that clicked: on an address of a step, and on any of it.
CREATE TRIGGER journey_links_added AFTER INSERT ON journey_links BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT NEW.tenant_id, NEW.journey_id, version, part, measure, day, n FROM (
        SELECT NEW.version_id AS version, 'link:' || NEW.step_id || ' ' || NEW.url AS part, 'made' AS measure, '' AS day, 1 AS n
        UNION ALL VALUES (NEW.version_id, 'link:' || NEW.step_id || ' ' || NEW.url, 'clicks', '', NEW.clicks),
        (NEW.version_id, 'link:' || NEW.step_id || ' ' || NEW.url, 'clickers', '', NEW.is_first_click),
        (NEW.version_id, 'step:' || NEW.step_id, 'clicks', '', NEW.clicks),
        (NEW.version_id, 'step:' || NEW.step_id, 'clickers', '', NEW.is_first_of_step)
    ) WHERE n <> 0;
END;
CREATE TRIGGER journey_links_changed AFTER UPDATE OF clicks, is_first_click, is_first_of_step ON journey_links BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT NEW.tenant_id, NEW.journey_id, version, part, measure, day, n FROM (
        SELECT NEW.version_id AS version, 'link:' || NEW.step_id || ' ' || NEW.url AS part, 'clicks' AS measure, '' AS day, NEW.clicks - OLD.clicks AS n
        UNION ALL VALUES (NEW.version_id, 'link:' || NEW.step_id || ' ' || NEW.url, 'clickers', '', NEW.is_first_click - OLD.is_first_click),
        (NEW.version_id, 'step:' || NEW.step_id, 'clicks', '', NEW.clicks - OLD.clicks),
        (NEW.version_id, 'step:' || NEW.step_id, 'clickers', '', NEW.is_first_of_step - OLD.is_first_of_step)
    ) WHERE n <> 0;
END;
CREATE TRIGGER journey_links_gone AFTER DELETE ON journey_links BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT OLD.tenant_id, OLD.journey_id, version, part, measure, day, n FROM (
        SELECT OLD.version_id AS version, 'link:' || OLD.step_id || ' ' || OLD.url AS part, 'made' AS measure, '' AS day, -1 AS n
        UNION ALL VALUES (OLD.version_id, 'link:' || OLD.step_id || ' ' || OLD.url, 'clicks', '', -OLD.clicks),
        (OLD.version_id, 'link:' || OLD.step_id || ' ' || OLD.url, 'clickers', '', -OLD.is_first_click),
        (OLD.version_id, 'step:' || OLD.step_id, 'clicks', '', -OLD.clicks),
        (OLD.version_id, 'step:' || OLD.step_id, 'clickers', '', -OLD.is_first_of_step)
    ) WHERE n <> 0;
END;

-- People by state.
CREATE TRIGGER subscribers_added AFTER INSERT ON subscribers BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT NEW.tenant_id, '', version, part, measure, day, n FROM (
        SELECT '' AS version, '' AS part, 'subscribers:' || NEW.state AS measure, '' AS day, 1 AS n
    ) WHERE n <> 0;
END;
CREATE TRIGGER subscribers_changed AFTER UPDATE OF state ON subscribers
WHEN NEW.state <> OLD.state BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT NEW.tenant_id, '', version, part, measure, day, n FROM (
        SELECT '' AS version, '' AS part, 'subscribers:' || NEW.state AS measure, '' AS day, 1 AS n
        UNION ALL VALUES ('', '', 'subscribers:' || OLD.state, '', -1)
    ) WHERE n <> 0;
END;
CREATE TRIGGER subscribers_gone AFTER DELETE ON subscribers BEGIN
    INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n)
    SELECT OLD.tenant_id, '', version, part, measure, day, n FROM (
        SELECT '' AS version, '' AS part, 'subscribers:' || OLD.state AS measure, '' AS day, -1 AS n
    ) WHERE n <> 0;
END;

-- What the counts ought to be, from the rows: what is there already is counted now, and housekeeping
-- compares the two every day.
CREATE VIEW tallies_expected AS
SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'entered' AS measure, substr(entered_at, 1, 10) AS day, count(*) AS n FROM journey_visits GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'waiting' AS measure, substr(entered_at, 1, 10) AS day, sum(result = '') AS n FROM journey_visits GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(result = '') <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'passed' AS measure, substr(entered_at, 1, 10) AS day, sum(result = 'passed') AS n FROM journey_visits GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(result = 'passed') <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'dropped' AS measure, substr(entered_at, 1, 10) AS day, sum(result = 'dropped') AS n FROM journey_visits GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(result = 'dropped') <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'replied' AS measure, substr(entered_at, 1, 10) AS day, sum(replies > 0) AS n FROM journey_visits GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(replies > 0) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'sends' AS measure, substr(entered_at, 1, 10) AS day, sum(sends) AS n FROM journey_visits GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(sends) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'failures' AS measure, substr(entered_at, 1, 10) AS day, sum(failures) AS n FROM journey_visits GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(failures) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, '' AS version, '' AS part, 'sends' AS measure, '' AS day, sum(sends) AS n FROM journey_visits GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(sends) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, '' AS part, 'session:' || status || ':' || outcome AS measure, substr(started_at, 1, 10) AS day, count(*) AS n FROM journey_sessions GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, '' AS version, '' AS part, 'inside' AS measure, '' AS day, sum(status = 'running') AS n FROM journey_sessions GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(status = 'running') <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, '' AS version, '' AS part, 'people' AS measure, '' AS day, sum(is_first) AS n FROM journey_sessions GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(is_first) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, '' AS part, 'people' AS measure, '' AS day, sum(is_first_of_version) AS n FROM journey_sessions GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(is_first_of_version) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'link:' || step_id || ' ' || url AS part, 'made' AS measure, '' AS day, count(*) AS n FROM journey_links GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'link:' || step_id || ' ' || url AS part, 'clicks' AS measure, '' AS day, sum(clicks) AS n FROM journey_links GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(clicks) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'link:' || step_id || ' ' || url AS part, 'clickers' AS measure, '' AS day, sum(is_first_click) AS n FROM journey_links GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(is_first_click) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'clicks' AS measure, '' AS day, sum(clicks) AS n FROM journey_links GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(clicks) <> 0
UNION ALL SELECT tenant_id, journey_id AS subject, version_id AS version, 'step:' || step_id AS part, 'clickers' AS measure, '' AS day, sum(is_first_of_step) AS n FROM journey_links GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(is_first_of_step) <> 0
UNION ALL SELECT tenant_id, '' AS subject, '' AS version, '' AS part, 'subscribers:' || state AS measure, '' AS day, count(*) AS n FROM subscribers GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) <> 0;
INSERT INTO tallies (tenant_id, subject, version, part, measure, day, n, folded) SELECT tenant_id, subject, version, part, measure, day, n, 1 FROM tallies_expected;

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
UPDATE subscribers SET search_text = '  ' || replace(replace(trim(search_text), char(10), ' '), ' ', '  ');
CREATE TABLE subscriber_numbers (
    number        INTEGER PRIMARY KEY,
    subscriber_id TEXT NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE subscriber_search USING fts5 (search_text, tags, content='', contentless_delete=1, tokenize='trigram');
INSERT INTO subscriber_numbers (subscriber_id) SELECT id FROM subscribers;
INSERT INTO subscriber_search (rowid, search_text, tags)
SELECT number, search_text, tags FROM subscriber_numbers JOIN subscribers ON subscribers.id = subscriber_numbers.subscriber_id;
CREATE TRIGGER subscriber_search_added AFTER INSERT ON subscribers BEGIN
    INSERT INTO subscriber_numbers (subscriber_id) VALUES (NEW.id);
    INSERT INTO subscriber_search (rowid, search_text, tags) SELECT number, NEW.search_text, NEW.tags FROM subscriber_numbers WHERE subscriber_id = NEW.id;
END;
CREATE TRIGGER subscriber_search_changed AFTER UPDATE OF search_text, tags ON subscribers
WHEN NEW.search_text <> OLD.search_text OR NEW.tags <> OLD.tags BEGIN
    UPDATE subscriber_search SET search_text = NEW.search_text, tags = NEW.tags WHERE rowid = (SELECT number FROM subscriber_numbers WHERE subscriber_id = NEW.id);
END;
CREATE TRIGGER subscriber_search_gone AFTER DELETE ON subscribers BEGIN
    DELETE FROM subscriber_search WHERE rowid = (SELECT number FROM subscriber_numbers WHERE subscriber_id = OLD.id);
    DELETE FROM subscriber_numbers WHERE subscriber_id = OLD.id;
END;
