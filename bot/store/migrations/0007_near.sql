-- What a team gathered over years is read whole each time that it is loaded, so it stands together, not where each row was
-- written: a proposal beside its team's others, and of the small tables, an index that holds all that is read.
CREATE TABLE proposal_now (
    team        INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    id          INTEGER NOT NULL,
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
    PRIMARY KEY (team, id),
    CONSTRAINT "a gap is between two key results" CHECK ((kind = 'gap') = (feeder IS NOT NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO proposal_now (team, id, kr, feeder_team, feeder, kind, state, checkin, off, evidence, reason, member, sprint, at)
    SELECT team, id, kr, feeder_team, feeder, kind, state, checkin, off, evidence, reason, member, sprint, at FROM proposal
    ORDER BY team, id;

DROP TABLE proposal;

ALTER TABLE proposal_now RENAME TO proposal;

CREATE INDEX proposal_kr ON proposal (kr);
CREATE INDEX proposal_feeder_team ON proposal (feeder_team) WHERE feeder_team IS NOT NULL;
CREATE INDEX proposal_feeder ON proposal (feeder) WHERE feeder IS NOT NULL;
CREATE INDEX proposal_sprint ON proposal (sprint) WHERE sprint IS NOT NULL;

DROP INDEX period_team;
CREATE INDEX period_team ON period (team, first_day, id, name, last_day);

DROP INDEX objective_team;
CREATE INDEX objective_team ON objective (team, id, period, number, text);

DROP INDEX kr_team;
CREATE INDEX kr_team ON kr (team, id, number, statement, metric, unit, unit_name, direction, kind, baseline, target,
    target_high, kept_because, objective, confidence, dropped) WHERE team IS NOT NULL;

DROP INDEX recalibration_kr;
CREATE INDEX recalibration_kr ON recalibration (kr, id, from_day, was, was_high, target, target_high, statement_was, at, who,
    why, sprint);

CREATE INDEX checkin_week ON checkin (team, day, id, sprint, asked, closes, summarised) WHERE sprint IS NULL;

-- A list of more than two within a rule is made anew for every row, so what comes most often tells its source by a CASE.
CREATE TABLE reading_now (
    kr       INTEGER NOT NULL REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    id       INTEGER NOT NULL,
    value    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    day      TEXT    NOT NULL CHECK (day IS date(day, '+0 days')),
    source   TEXT    NOT NULL CHECK (CASE source WHEN 'opening' THEN 1 WHEN 'check-in' THEN 1 WHEN 'update' THEN 1
                                     WHEN 'retrospective' THEN 1 WHEN 'system' THEN 1 ELSE 0 END),
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
