-- What is asked for together stands together.

-- The readings of a key result, which came weeks apart, lie side by side, and a team of many years is loaded from few
-- places. No index has to say where they are: a reading that takes another back is of the same key result.
CREATE TABLE reading_now (
    kr       INTEGER NOT NULL REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    id       INTEGER NOT NULL,
    value    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    day      TEXT    NOT NULL CHECK (day IS date(day, '+0 days')),
    source   TEXT    NOT NULL CHECK (source IN ('opening', 'check-in', 'update', 'retrospective', 'system')),
    checkin  INTEGER REFERENCES checkin,
    message  TEXT,
    retracts INTEGER,
    system   TEXT    CHECK (system IS NULL OR source = 'system'),
    PRIMARY KEY (kr, id),
    FOREIGN KEY (kr, retracts) REFERENCES reading (kr, id)
) STRICT, WITHOUT ROWID;

INSERT INTO reading_now (kr, id, value, at, day, source, checkin, message, retracts, system)
    SELECT kr, id, value, at, day, source, checkin, message, retracts, system FROM reading ORDER BY kr, id;

DROP TABLE reading;

ALTER TABLE reading_now RENAME TO reading;

CREATE UNIQUE INDEX reading_key ON reading (kr, message) WHERE source = 'system' AND message IS NOT NULL;

CREATE TRIGGER reading_stays BEFORE DELETE ON reading
BEGIN
    SELECT RAISE(ABORT, 'readings are only ever added');
END;

CREATE TRIGGER reading_is_fixed BEFORE UPDATE ON reading
BEGIN
    SELECT RAISE(ABORT, 'readings are only ever added');
END;

-- So do the answers to a check-in. Their order is that of their arrival.
CREATE TABLE answer_now (
    checkin    INTEGER NOT NULL REFERENCES checkin DEFERRABLE INITIALLY DEFERRED,
    message    TEXT    NOT NULL,
    place      INTEGER NOT NULL CHECK (place > 0), -- counts up within the check-in
    member     TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    late       INTEGER NOT NULL CHECK (late IN (0, 1)),
    withdrawn  INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    confidence INTEGER CHECK (confidence BETWEEN 0 AND 10),
    learned    TEXT,
    note       TEXT,
    revised    TEXT    CHECK (revised IN ('yes', 'no')),
    PRIMARY KEY (checkin, message)
) STRICT, WITHOUT ROWID;

INSERT INTO answer_now (checkin, message, place, member, at, late, withdrawn, confidence, learned, note, revised)
    SELECT checkin, message, row_number() OVER (PARTITION BY checkin ORDER BY place), member, at, late, withdrawn,
        confidence, learned, note, revised FROM answer;

DROP TABLE answer;

ALTER TABLE answer_now RENAME TO answer;

-- A team searches its own retrospectives alone, so their texts stand in here once more, for each owner. They are few, and
-- are indexed while a search lasts (sqlite_digest.c): an index over those of all teams took the longer the more teams there
-- were, whoever asked.
DROP TABLE learning;

CREATE TABLE learning (
    team        INTEGER NOT NULL REFERENCES team,
    sprint      INTEGER NOT NULL REFERENCES sprint,
    objective   TEXT    NOT NULL,
    signal      TEXT    NOT NULL,
    anchor      TEXT    NOT NULL,
    situation   TEXT    NOT NULL,
    learned     TEXT    NOT NULL,
    moved_how   TEXT,
    initiatives TEXT,
    causes      TEXT,
    actions     TEXT,
    PRIMARY KEY (team, sprint)
) STRICT, WITHOUT ROWID;

INSERT INTO learning (team, sprint, objective, signal, anchor, situation, learned, moved_how, initiatives, causes, actions)
    SELECT o.team, l.sprint, l.objective, l.signal, l.anchor, l.situation, l.learned, l.moved_how, l.initiatives, l.causes,
        l.actions FROM learned AS l JOIN sprint_owner AS o ON o.sprint = l.sprint;
