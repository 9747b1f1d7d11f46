-- The first schema. Instants are microseconds since 1970 (UTC), days are ISO text (what date() makes of it: '+0 days'
-- lets no 30 February pass), decimals are millionths, and a choice is its own word. What the framework promises, the
-- tables hold to: constraints carry their promise as their name, so that a failing one says which it was.
--
-- A row may be saved before the one it hangs from, as long as both are there at the commit: such references are
-- deferred, and every deferred one has an index, so that looking for waiting rows never walks a table.

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ids (
    one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    next INTEGER NOT NULL CHECK (next > 0)
) STRICT;

INSERT INTO ids (one, next) VALUES (1, 1);

CREATE TABLE event_key (
    key   TEXT    NOT NULL PRIMARY KEY,
    noted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX event_key_noted ON event_key (noted);

CREATE TABLE workspace (
    id   INTEGER NOT NULL PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE
) STRICT;

-- Teams --------------------------------------------------------------------------------------------------------------

CREATE TABLE team (
    id               INTEGER NOT NULL PRIMARY KEY,
    workspace        INTEGER NOT NULL REFERENCES workspace,
    name             TEXT    NOT NULL,
    name_key         TEXT    NOT NULL, -- folded: names are compared without case
    home             TEXT    NOT NULL,
    zone             TEXT    NOT NULL,
    check_in         INTEGER NOT NULL CHECK (check_in BETWEEN 0 AND 1439),
    check_in_minutes INTEGER NOT NULL CHECK (check_in_minutes > 0),
    working          INTEGER NOT NULL CHECK (working BETWEEN 0 AND 127), -- bits, Monday is 1
    lead             TEXT,
    escalation       TEXT,
    UNIQUE (workspace, name_key),
    UNIQUE (workspace, home)
) STRICT;

CREATE TABLE team_line (
    team  INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    list  TEXT    NOT NULL CHECK (list IN ('outcome word', 'activity word', 'country')),
    place INTEGER NOT NULL,
    text  TEXT    NOT NULL,
    PRIMARY KEY (team, list, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_holiday (
    team INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    day  TEXT    NOT NULL CHECK (day IS date(day, '+0 days')),
    PRIMARY KEY (team, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    team     INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    id       TEXT    NOT NULL,
    present  INTEGER NOT NULL CHECK (present IN (0, 1)),
    days_off INTEGER NOT NULL CHECK (days_off BETWEEN 0 AND 127),
    nudged   TEXT    CHECK (nudged IS date(nudged, '+0 days')),
    UNIQUE (team, id)
) STRICT;

CREATE INDEX member_of ON member (id);

CREATE TABLE member_away (
    team      INTEGER NOT NULL,
    member    TEXT    NOT NULL,
    place     INTEGER NOT NULL,
    first_day TEXT    NOT NULL CHECK (first_day IS date(first_day, '+0 days')),
    last_day  TEXT    NOT NULL CHECK (last_day IS date(last_day, '+0 days')),
    PRIMARY KEY (team, member, place),
    FOREIGN KEY (team, member) REFERENCES member (team, id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE period (
    id        INTEGER NOT NULL PRIMARY KEY,
    team      INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    name      TEXT    NOT NULL,
    first_day TEXT    NOT NULL CHECK (first_day IS date(first_day, '+0 days')),
    last_day  TEXT    NOT NULL CHECK (last_day IS date(last_day, '+0 days')),
    CONSTRAINT "a period does not end before it begins" CHECK (first_day <= last_day)
) STRICT;

CREATE INDEX period_team ON period (team);

CREATE TABLE objective (
    id     INTEGER NOT NULL PRIMARY KEY,
    team   INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    period INTEGER NOT NULL REFERENCES period DEFERRABLE INITIALLY DEFERRED,
    number INTEGER NOT NULL CHECK (number > 0),
    text   TEXT    NOT NULL,
    UNIQUE (period, number)
) STRICT;

CREATE INDEX objective_team ON objective (team);

-- Sprints ------------------------------------------------------------------------------------------------------------

CREATE TABLE sprint (
    id               INTEGER NOT NULL PRIMARY KEY,
    workspace        INTEGER NOT NULL REFERENCES workspace,
    number           INTEGER NOT NULL CHECK (number > 0),
    state            TEXT    NOT NULL CHECK (state IN ('draft', 'active', 'closing', 'closed')),
    signal           TEXT    NOT NULL, -- the type of trigger
    situation        TEXT    NOT NULL,
    anchor_team      INTEGER NOT NULL REFERENCES team,
    anchor           INTEGER NOT NULL REFERENCES kr,
    anchor_statement TEXT    NOT NULL,
    anchor_unit      TEXT    NOT NULL CHECK (anchor_unit IN ('plain', 'percent', 'money', 'duration', 'count')),
    anchor_unit_name TEXT    NOT NULL,
    anchor_open      INTEGER NOT NULL,
    anchor_target    INTEGER NOT NULL,
    first_day        TEXT    NOT NULL CHECK (first_day IS date(first_day, '+0 days')),
    last_day         TEXT    NOT NULL CHECK (last_day IS date(last_day, '+0 days')),
    objective        TEXT    NOT NULL,
    facilitator      TEXT    NOT NULL,
    opened           INTEGER,
    closing          INTEGER,
    closed           INTEGER,
    ended_early      INTEGER NOT NULL CHECK (ended_early IN (0, 1)),
    early_reason     TEXT,
    reminded         TEXT    CHECK (reminded IS date(reminded, '+0 days')),
    -- the retrospective, as far as it has been answered
    moved            TEXT    CHECK (moved IN ('yes', 'partly', 'no')),
    moved_how        TEXT,
    learned          TEXT,
    change           TEXT    CHECK (change IN ('keep', 'raise', 'lower', 'rewrite', 'drop')),
    change_to        TEXT,
    change_applied   INTEGER NOT NULL CHECK (change_applied IN (0, 1)),
    anchor_close     INTEGER,
    confirmed_by     TEXT,
    UNIQUE (workspace, number),
    CONSTRAINT "a window does not end before it begins" CHECK (first_day <= last_day),
    CONSTRAINT "a sprint under way has been opened" CHECK (state = 'draft' OR opened IS NOT NULL),
    CONSTRAINT "a sprint in closing has ended" CHECK (state IN ('draft', 'active') OR closing IS NOT NULL),
    CONSTRAINT "a closed sprint has been closed" CHECK ((state = 'closed') = (closed IS NOT NULL)),
    CONSTRAINT "a closed sprint has its retrospective" CHECK (
        state <> 'closed' OR (
            moved IS NOT NULL AND learned IS NOT NULL AND change IS NOT NULL AND confirmed_by IS NOT NULL))
) STRICT;

CREATE TRIGGER sprint_stays BEFORE DELETE ON sprint
BEGIN
    SELECT RAISE(ABORT, 'a sprint is never deleted');
END;

CREATE TRIGGER sprint_goes_on BEFORE UPDATE ON sprint
WHEN OLD.state <> NEW.state AND (
    OLD.state = 'closed' OR NEW.state = 'draft' OR (OLD.state = 'closing' AND NEW.state = 'active'))
BEGIN
    SELECT RAISE(ABORT, 'a sprint never goes back to an earlier state');
END;

CREATE TRIGGER sprint_is_fixed BEFORE UPDATE ON sprint
WHEN OLD.state <> 'draft' AND (
    OLD.workspace <> NEW.workspace OR OLD.number <> NEW.number OR OLD.anchor <> NEW.anchor
    OR OLD.first_day <> NEW.first_day OR OLD.last_day <> NEW.last_day)
BEGIN
    SELECT RAISE(ABORT, 'the number, anchor and window of an open sprint are fixed');
END;

CREATE TABLE sprint_owner (
    sprint INTEGER NOT NULL REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    team   INTEGER NOT NULL REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    place  INTEGER NOT NULL,
    closed INTEGER, -- as the sprint's: what is open, and what closed last, is found without reading old sprints
    reminded TEXT CHECK (reminded IS date(reminded, '+0 days')), -- the last day on which it was told of the end
    PRIMARY KEY (sprint, team)
) STRICT, WITHOUT ROWID;

CREATE INDEX sprint_owner_team ON sprint_owner (team, closed);

CREATE TABLE sprint_line (
    sprint INTEGER NOT NULL REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    list   TEXT    NOT NULL CHECK (list IN ('initiative', 'worked', 'did not')),
    place  INTEGER NOT NULL,
    text   TEXT    NOT NULL,
    PRIMARY KEY (sprint, list, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE action (
    id      INTEGER NOT NULL PRIMARY KEY,
    sprint  INTEGER NOT NULL REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    number  INTEGER NOT NULL CHECK (number > 0),
    text    TEXT    NOT NULL,
    owner   TEXT    NOT NULL,
    due     TEXT    NOT NULL CHECK (due IS date(due, '+0 days')),
    done    INTEGER NOT NULL CHECK (done IN (0, 1)),
    dropped TEXT,
    UNIQUE (sprint, number)
) STRICT;

CREATE TABLE state_log (
    id         INTEGER NOT NULL PRIMARY KEY,
    sprint     INTEGER NOT NULL REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    from_state TEXT    NOT NULL CHECK (from_state IN ('draft', 'active', 'closing', 'closed')),
    to_state   TEXT    NOT NULL CHECK (to_state IN ('draft', 'active', 'closing', 'closed')),
    at         INTEGER NOT NULL,
    who        TEXT    NOT NULL, -- '' is the clock
    why        TEXT
) STRICT;

CREATE INDEX state_log_sprint ON state_log (sprint);

CREATE TRIGGER state_log_stays BEFORE DELETE ON state_log
BEGIN
    SELECT RAISE(ABORT, 'the history of a sprint is only ever added to');
END;

CREATE TRIGGER state_log_is_fixed BEFORE UPDATE ON state_log
BEGIN
    SELECT RAISE(ABORT, 'the history of a sprint is only ever added to');
END;

-- Key results: a team's tactical ones, and those of sprints ----------------------------------------------------------

CREATE TABLE kr (
    id           INTEGER NOT NULL PRIMARY KEY,
    number       INTEGER NOT NULL CHECK (number > 0),
    statement    TEXT    NOT NULL,
    metric       TEXT    NOT NULL,
    unit         TEXT    NOT NULL CHECK (unit IN ('plain', 'percent', 'money', 'duration', 'count')),
    unit_name    TEXT    NOT NULL,
    direction    TEXT    NOT NULL CHECK (direction IN ('increase', 'decrease', 'at least', 'at most', 'within')),
    kind         TEXT    NOT NULL CHECK (kind IN ('level', 'count')),
    baseline     INTEGER NOT NULL,
    target       INTEGER NOT NULL,
    target_high  INTEGER NOT NULL,
    kept_because TEXT,
    -- a tactical one
    team         INTEGER REFERENCES team DEFERRABLE INITIALLY DEFERRED,
    objective    INTEGER REFERENCES objective DEFERRABLE INITIALLY DEFERRED,
    confidence   INTEGER CHECK (confidence BETWEEN 0 AND 10),
    dropped      INTEGER CHECK (dropped IN (0, 1)),
    -- a sprint's
    sprint       INTEGER REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    final_given  INTEGER CHECK (final_given IN (0, 1)),
    cause        TEXT    CHECK (cause IN ('ambition', 'wrong KR', 'dependency', 'capacity', 'priorities',
                                          'outside event', 'lost focus', 'rhythm')),
    UNIQUE (sprint, number),
    CONSTRAINT "a key result belongs to an objective or to a sprint" CHECK (
        CASE WHEN sprint IS NULL
             THEN team IS NOT NULL AND objective IS NOT NULL AND dropped IS NOT NULL AND final_given IS NULL
             ELSE team IS NULL AND objective IS NULL AND dropped IS NULL AND final_given IS NOT NULL END)
) STRICT;

CREATE INDEX kr_team ON kr (team) WHERE team IS NOT NULL;
CREATE INDEX kr_objective ON kr (objective) WHERE objective IS NOT NULL;

CREATE TABLE reading (
    id       INTEGER NOT NULL PRIMARY KEY,
    kr       INTEGER NOT NULL REFERENCES kr DEFERRABLE INITIALLY DEFERRED,
    value    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    day      TEXT    NOT NULL CHECK (day IS date(day, '+0 days')),
    source   TEXT    NOT NULL CHECK (source IN ('opening', 'check-in', 'update', 'retrospective', 'system')),
    checkin  INTEGER REFERENCES checkin,
    message  TEXT,
    retracts INTEGER REFERENCES reading
) STRICT;

CREATE INDEX reading_kr ON reading (kr);

CREATE TRIGGER reading_stays BEFORE DELETE ON reading
BEGIN
    SELECT RAISE(ABORT, 'readings are only ever added');
END;

CREATE TRIGGER reading_is_fixed BEFORE UPDATE ON reading
BEGIN
    SELECT RAISE(ABORT, 'readings are only ever added');
END;

-- Check-ins ----------------------------------------------------------------------------------------------------------

CREATE TABLE checkin (
    id         INTEGER NOT NULL PRIMARY KEY,
    sprint     INTEGER NOT NULL REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    team       INTEGER NOT NULL REFERENCES team,
    day        TEXT    NOT NULL CHECK (day IS date(day, '+0 days')),
    asked      INTEGER NOT NULL,
    closes     INTEGER NOT NULL,
    summarised INTEGER NOT NULL CHECK (summarised IN (0, 1)),
    UNIQUE (sprint, team, day)
) STRICT;

CREATE TABLE answer (
    place      INTEGER NOT NULL PRIMARY KEY, -- counts up: the order of arrival
    checkin    INTEGER NOT NULL REFERENCES checkin DEFERRABLE INITIALLY DEFERRED,
    message    TEXT    NOT NULL,
    member     TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    late       INTEGER NOT NULL CHECK (late IN (0, 1)),
    withdrawn  INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    confidence INTEGER CHECK (confidence BETWEEN 0 AND 10),
    learned    TEXT,
    note       TEXT,
    UNIQUE (checkin, message)
) STRICT;

CREATE TABLE blocker (
    id      INTEGER NOT NULL PRIMARY KEY,
    sprint  INTEGER NOT NULL REFERENCES sprint DEFERRABLE INITIALLY DEFERRED,
    number  INTEGER NOT NULL CHECK (number > 0),
    text    TEXT    NOT NULL,
    owner   TEXT    NOT NULL,
    message TEXT,
    since   INTEGER NOT NULL,
    cleared INTEGER,
    UNIQUE (sprint, number)
) STRICT;

-- What is under way --------------------------------------------------------------------------------------------------

CREATE TABLE draft (
    id        INTEGER NOT NULL PRIMARY KEY,
    workspace INTEGER NOT NULL REFERENCES workspace,
    channel   TEXT, -- none in a direct conversation
    member    TEXT    NOT NULL,
    form      TEXT    NOT NULL,
    given     TEXT    NOT NULL, -- a text form
    field     TEXT,
    entry     INTEGER NOT NULL,
    asks_all  INTEGER NOT NULL CHECK (asks_all IN (0, 1)),
    updated   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX draft_place ON draft (workspace, member, ifnull(channel, ''));

CREATE TABLE timer (
    kind    TEXT    NOT NULL CHECK (kind IN ('prompt', 'nudge', 'summary', 'reminder', 'expiry', 'ladder', 'blocker',
                                             'action', 'follow-up', 'draft')),
    team    INTEGER NOT NULL,
    sprint  INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    due     INTEGER NOT NULL,
    PRIMARY KEY (team, sprint, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX timer_due ON timer (due);

-- Cards on their way, and where they stand ---------------------------------------------------------------------------

CREATE TABLE outbox (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- never used again: platforms know cards by it
    workspace INTEGER NOT NULL REFERENCES workspace,
    target    TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    card_key  TEXT,
    card      BLOB    NOT NULL,
    created   INTEGER NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0)
) STRICT;

CREATE INDEX outbox_workspace ON outbox (workspace);
CREATE INDEX outbox_target ON outbox (workspace, target);

CREATE TABLE undelivered (
    id        INTEGER NOT NULL PRIMARY KEY, -- as it was in the outbox
    workspace INTEGER NOT NULL REFERENCES workspace,
    target    TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    card_key  TEXT,
    created   INTEGER NOT NULL,
    attempts  INTEGER NOT NULL,
    ended     TEXT    NOT NULL CHECK (ended IN ('expired', 'dead')),
    at        INTEGER NOT NULL
) STRICT;

CREATE INDEX undelivered_at ON undelivered (at);

CREATE TABLE message (
    workspace INTEGER NOT NULL REFERENCES workspace,
    card_key  TEXT    NOT NULL,
    channel   TEXT    NOT NULL,
    message   TEXT    NOT NULL,
    PRIMARY KEY (workspace, card_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_place ON message (workspace, channel, message);
