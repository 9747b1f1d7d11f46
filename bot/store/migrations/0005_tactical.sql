-- The tactical layer: the weekly check-in, targets that were changed, links and proposals, what other systems send with,
-- follow-up readings, and what sprints learned, to be searched. Two tables take what they did not before and are made
-- anew; what refers to a table refers to it by its name, so the new one only has to take that name.

-- The weekly check-in ------------------------------------------------------------------------------------------------

ALTER TABLE team ADD COLUMN weekly_day TEXT NOT NULL DEFAULT 'monday'
    CHECK (weekly_day IN ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'));
ALTER TABLE team ADD COLUMN weekly_at INTEGER CHECK (weekly_at BETWEEN 0 AND 1439); -- NULL: there is none

UPDATE team SET weekly_at = check_in;

CREATE TABLE checkin_now (
    id         INTEGER NOT NULL PRIMARY KEY,
    sprint     INTEGER REFERENCES sprint DEFERRABLE INITIALLY DEFERRED, -- NULL: a weekly one
    team       INTEGER NOT NULL REFERENCES team,
    day        TEXT    NOT NULL CHECK (day IS date(day, '+0 days')),
    asked      INTEGER NOT NULL,
    closes     INTEGER NOT NULL,
    summarised INTEGER NOT NULL CHECK (summarised IN (0, 1)),
    UNIQUE (sprint, team, day)
) STRICT;

INSERT INTO checkin_now (id, sprint, team, day, asked, closes, summarised)
    SELECT id, sprint, team, day, asked, closes, summarised FROM checkin;

DROP TABLE checkin;

ALTER TABLE checkin_now RENAME TO checkin;

CREATE UNIQUE INDEX checkin_weekly ON checkin (team, day) WHERE sprint IS NULL;

ALTER TABLE answer ADD COLUMN revised TEXT CHECK (revised IN ('yes', 'no'));

CREATE TABLE answer_confidence (
    checkin    INTEGER NOT NULL,
    message    TEXT    NOT NULL,
    kr         INTEGER NOT NULL REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    confidence INTEGER NOT NULL CHECK (confidence BETWEEN 0 AND 10),
    PRIMARY KEY (checkin, message, kr),
    FOREIGN KEY (checkin, message) REFERENCES answer (checkin, message) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE INDEX answer_confidence_kr ON answer_confidence (kr);

-- Timers: for every team and period one that is due at once, so that the calendar is looked at and the rest set ------

CREATE TABLE timer_now (
    kind    TEXT    NOT NULL CHECK (kind IN ('prompt', 'nudge', 'summary', 'reminder', 'expiry', 'ladder', 'blocker',
                                             'action', 'follow-up', 'draft', 'weekly', 'weekly nudge',
                                             'weekly summary', 'follow-up take', 'period')),
    team    INTEGER NOT NULL,
    sprint  INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    due     INTEGER NOT NULL,
    PRIMARY KEY (team, sprint, kind, subject)
) STRICT, WITHOUT ROWID;

INSERT INTO timer_now (kind, team, sprint, subject, due)
    SELECT kind, team, sprint, subject, due FROM timer
    UNION ALL SELECT 'weekly', id, 0, 0, 0 FROM team
    UNION ALL SELECT 'period', team, 0, id, 0 FROM period;

DROP TABLE timer;

ALTER TABLE timer_now RENAME TO timer;

CREATE INDEX timer_due ON timer (due);

-- Targets that were changed, links and proposals ---------------------------------------------------------------------

CREATE TABLE recalibration (
    id            INTEGER NOT NULL PRIMARY KEY,
    kr            INTEGER NOT NULL REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    from_day      TEXT    NOT NULL CHECK (from_day IS date(from_day, '+0 days')),
    was           INTEGER NOT NULL,
    was_high      INTEGER NOT NULL,
    target        INTEGER NOT NULL,
    target_high   INTEGER NOT NULL,
    statement_was TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    who           TEXT    NOT NULL,
    why           TEXT    NOT NULL,
    sprint        INTEGER REFERENCES sprint DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX recalibration_kr ON recalibration (kr);
CREATE INDEX recalibration_sprint ON recalibration (sprint) WHERE sprint IS NOT NULL;

CREATE TRIGGER recalibration_stays BEFORE DELETE ON recalibration
BEGIN
    SELECT RAISE(ABORT, 'old targets stay visible');
END;

CREATE TRIGGER recalibration_is_fixed BEFORE UPDATE ON recalibration
BEGIN
    SELECT RAISE(ABORT, 'old targets stay visible');
END;

CREATE TABLE kr_link (
    feeder_team INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    feeder      INTEGER NOT NULL REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    fed_team    INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    fed         INTEGER NOT NULL REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    who         TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (feeder, fed),
    CONSTRAINT "a key result does not feed itself" CHECK (feeder <> fed)
) STRICT, WITHOUT ROWID;

CREATE INDEX kr_link_fed ON kr_link (fed);
CREATE INDEX kr_link_feeder_team ON kr_link (feeder_team);
CREATE INDEX kr_link_fed_team ON kr_link (fed_team);

CREATE TABLE proposal (
    id          INTEGER NOT NULL PRIMARY KEY,
    team        INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    kr          INTEGER NOT NULL REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    feeder_team INTEGER REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    feeder      INTEGER REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    kind        TEXT    NOT NULL CHECK (kind IN ('risk', 'opportunity', 'gap')),
    state       TEXT    NOT NULL CHECK (state IN ('over', 'proposed', 'dismissed')),
    checkin     TEXT    CHECK (checkin IS date(checkin, '+0 days')), -- the day of the latest of its evidence
    off         INTEGER NOT NULL,
    evidence    TEXT    NOT NULL,
    reason      TEXT,
    member      TEXT,
    sprint      INTEGER REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    at          INTEGER NOT NULL,
    CONSTRAINT "a gap is between two key results" CHECK ((kind = 'gap') = (feeder IS NOT NULL))
) STRICT;

CREATE INDEX proposal_team ON proposal (team, kr, kind, feeder);
CREATE INDEX proposal_kr ON proposal (kr);
CREATE INDEX proposal_feeder_team ON proposal (feeder_team) WHERE feeder_team IS NOT NULL;
CREATE INDEX proposal_feeder ON proposal (feeder) WHERE feeder IS NOT NULL;
CREATE INDEX proposal_sprint ON proposal (sprint) WHERE sprint IS NOT NULL;

-- What other systems send --------------------------------------------------------------------------------------------

CREATE TABLE token (
    id      INTEGER NOT NULL PRIMARY KEY,
    team    INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    name    TEXT    NOT NULL,
    hash    TEXT    NOT NULL UNIQUE CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'), -- never the secret
    member  TEXT    NOT NULL,
    made    INTEGER NOT NULL,
    revoked INTEGER
) STRICT;

CREATE INDEX token_team ON token (team);

ALTER TABLE reading ADD COLUMN system TEXT CHECK (system IS NULL OR source = 'system');

CREATE UNIQUE INDEX reading_key ON reading (kr, message) WHERE source = 'system' AND message IS NOT NULL;

-- Closed sprints -----------------------------------------------------------------------------------------------------

CREATE TABLE follow_up (
    sprint INTEGER NOT NULL REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    days   INTEGER NOT NULL CHECK (days > 0), -- since the close
    day    TEXT    NOT NULL CHECK (day IS date(day, '+0 days')),
    value  INTEGER NOT NULL,
    PRIMARY KEY (sprint, days)
) STRICT, WITHOUT ROWID;

-- What a closed sprint has to say, as words to search.
CREATE VIEW learned AS
    SELECT s.id AS sprint, s.objective, s.signal, s.anchor_statement AS anchor, s.situation, s.learned, s.moved_how,
        (SELECT group_concat(CASE list WHEN 'initiative' THEN text ELSE list || ': ' || text END, char(10))
            FROM (SELECT list, text FROM sprint_line
                WHERE sprint = s.id AND (list <> 'initiative' OR text NOT IN
                    (SELECT text FROM sprint_line WHERE sprint = s.id AND list IN ('did not', 'worked')))
                ORDER BY list, place)) AS initiatives,
        (SELECT group_concat(cause, char(10)) FROM kr WHERE kr.sprint = s.id) AS causes,
        (SELECT group_concat(text, char(10)) FROM action WHERE action.sprint = s.id) AS actions
    FROM sprint AS s WHERE s.state = 'closed';

-- The texts stand in here once more. An index that leaves them where they are (contentless, or with content elsewhere)
-- has to be told, word by word, what it forgets when a sprint is saved again, and is damaged for good by one that is
-- wrong; this one is told the sprint. It costs about as much as the retrospective itself.
CREATE VIRTUAL TABLE learning USING fts5 (
    objective, signal, anchor, situation, learned, moved_how, initiatives, causes, actions,
    tokenize = 'porter unicode61 remove_diacritics 2'
);

INSERT INTO learning (rowid, objective, signal, anchor, situation, learned, moved_how, initiatives, causes, actions)
    SELECT sprint, objective, signal, anchor, situation, learned, moved_how, initiatives, causes, actions FROM learned;
