-- Instants are epoch milliseconds (UTC). Ids are never reused, also after rows were deleted (AUTOINCREMENT).
-- Lists of states, outcomes and modes are closed by CHECK; a test compares them with the types of the program.
-- Reasons and kinds of events are not: they grow with the program, which validates them when it reads them.

CREATE TABLE notifications (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  received_at INTEGER NOT NULL,
  -- Whether its alerts have been applied to episodes.
  applied     INTEGER NOT NULL DEFAULT 0 CHECK (applied IN (0, 1)),
  -- Lower-case hexadecimal digest of the body.
  sha256      TEXT NOT NULL CHECK (length(sha256) = 64),
  -- The request's body, byte for byte.
  body        BLOB NOT NULL
) STRICT;

CREATE INDEX notifications_pending ON notifications (id) WHERE applied = 0;

-- Receivers of Alertmanager that have posted, by the names of its configuration.
CREATE TABLE receivers (
  name         TEXT NOT NULL PRIMARY KEY,
  -- The last notification that it posted; no foreign key, because raw notifications are deleted.
  notification INTEGER NOT NULL,
  seen_at      INTEGER NOT NULL
) STRICT;

-- Groups of alerts whose last notification left some of them out.
CREATE TABLE truncated_groups (
  receiver TEXT NOT NULL,
  labels   TEXT NOT NULL CHECK (json_valid(labels)),
  seen_at  INTEGER NOT NULL,
  PRIMARY KEY (receiver, labels)
) STRICT;

CREATE TABLE incidents (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  target       TEXT NOT NULL,
  runbook      TEXT NOT NULL,
  rung         INTEGER NOT NULL DEFAULT 0 CHECK (rung >= 0),
  mode         TEXT NOT NULL CHECK (mode IN ('observe', 'advise', 'auto')),
  severity     TEXT NOT NULL,
  state        TEXT NOT NULL DEFAULT 'open'
    CHECK (state IN ('open', 'deferred', 'awaiting_approval', 'acting', 'verifying', 'escalated', 'ended')),
  outcome      TEXT
    CHECK (outcome IN ('recovered', 'recovered_without_action', 'resolved', 'advised', 'closed', 'target_gone')),
  reason       TEXT,
  until        INTEGER,
  opened_at    INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  ended_at     INTEGER,
  -- Order in which incidents ended, whatever the clock said; NULL while it has not ended.
  ended_seq    INTEGER,
  reopened     INTEGER NOT NULL DEFAULT 0 CHECK (reopened >= 0),
  -- Correlation id: no foreign key, because raw notifications are deleted before incidents are.
  notification INTEGER NOT NULL,
  labels       TEXT NOT NULL CHECK (json_valid(labels)),
  annotations  TEXT NOT NULL CHECK (json_valid(annotations)),
  proposal     TEXT CHECK (json_valid(proposal)),
  -- How often a person's decision has moved it.
  decisions    INTEGER NOT NULL DEFAULT 0 CHECK (decisions >= 0),
  CHECK ((state = 'ended') = (outcome IS NOT NULL)),
  CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
  CHECK ((state = 'ended') = (ended_seq IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX incidents_one_active ON incidents (target) WHERE state <> 'ended';
CREATE INDEX incidents_by_target ON incidents (target, state);
CREATE UNIQUE INDEX incidents_ended ON incidents (ended_seq) WHERE ended_seq IS NOT NULL;

CREATE TABLE reopenings (
  incident INTEGER NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
  target   TEXT NOT NULL,
  at       INTEGER NOT NULL
) STRICT;

CREATE INDEX reopenings_by_target ON reopenings (target, at);
CREATE INDEX reopenings_by_incident ON reopenings (incident);

CREATE TABLE episodes (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint        TEXT NOT NULL,
  labels             TEXT NOT NULL CHECK (json_valid(labels)),
  annotations        TEXT NOT NULL CHECK (json_valid(annotations)),
  state              TEXT NOT NULL DEFAULT 'firing' CHECK (state IN ('firing', 'resolved', 'suppressed', 'vanished')),
  starts_at          INTEGER NOT NULL,
  opened_at          INTEGER NOT NULL,
  last_seen_at       INTEGER NOT NULL,
  -- When a listing of Alertmanager's alerts held it last; NULL while none has.
  listed_at          INTEGER,
  closed_at          INTEGER,
  opened_by          TEXT NOT NULL DEFAULT 'notification' CHECK (opened_by IN ('notification', 'listing')),
  -- Correlation id: no foreign key, because raw notifications are deleted before episodes are.
  notification       INTEGER NOT NULL,
  incident           INTEGER REFERENCES incidents (id),
  -- Beside an incident: that one has ended, and none took the alert when it was reported again.
  disposition_reason TEXT,
  disposition_detail TEXT,
  -- Whether it was reported again after it had been decided upon, and has to be decided upon anew.
  recheck            INTEGER NOT NULL DEFAULT 0 CHECK (recheck IN (0, 1)),
  CHECK ((state = 'firing') = (closed_at IS NULL)),
  CHECK ((disposition_reason IS NULL) = (disposition_detail IS NULL))
) STRICT;

CREATE UNIQUE INDEX episodes_one_firing ON episodes (fingerprint) WHERE state = 'firing';
CREATE INDEX episodes_by_fingerprint ON episodes (fingerprint, id);
CREATE INDEX episodes_by_incident ON episodes (incident);
CREATE INDEX episodes_firing ON episodes (id) WHERE state = 'firing';
-- Those that are to be decided upon; the same condition as in the query, so that it is used.
CREATE INDEX episodes_unrouted ON episodes (id) WHERE state = 'firing'
    AND (recheck = 1 OR disposition_reason = 'engine-unreachable' OR (incident IS NULL AND disposition_reason IS NULL));
CREATE INDEX episodes_held ON episodes (id) WHERE state IN ('firing', 'suppressed');
CREATE INDEX episodes_routed ON episodes (id) WHERE incident IS NOT NULL;
CREATE INDEX episodes_not_routed ON episodes (id) WHERE incident IS NULL;

CREATE TABLE attempts (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  incident    INTEGER NOT NULL REFERENCES incidents (id),
  target      TEXT NOT NULL,
  runbook     TEXT NOT NULL,
  rung        INTEGER NOT NULL CHECK (rung >= 0),
  rung_name   TEXT NOT NULL,
  state       TEXT NOT NULL DEFAULT 'reserved'
    CHECK (state IN ('reserved', 'acting', 'done', 'failed', 'interrupted', 'unknown')),
  proof       TEXT NOT NULL DEFAULT 'pending' CHECK (proof IN ('pending', 'recovered', 'not_recovered', 'unknown')),
  actions     TEXT NOT NULL CHECK (json_valid(actions)),
  verdicts    TEXT NOT NULL CHECK (json_valid(verdicts)),
  evidence    TEXT NOT NULL CHECK (json_valid(evidence)),
  detail      TEXT NOT NULL DEFAULT '',
  reserved_at INTEGER NOT NULL,
  acted_at    INTEGER,
  settled_at  INTEGER
) STRICT;

CREATE INDEX attempts_by_target ON attempts (target, reserved_at);
CREATE INDEX attempts_by_incident ON attempts (incident);
CREATE INDEX attempts_unsettled ON attempts (id) WHERE proof = 'pending';

CREATE TABLE events (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  incident INTEGER NOT NULL REFERENCES incidents (id),
  at       INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  text     TEXT NOT NULL,
  data     TEXT NOT NULL CHECK (json_valid(data))
) STRICT;

CREATE INDEX events_by_incident ON events (incident, seq);

CREATE TABLE deliveries (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  receiver       TEXT NOT NULL,
  incident       INTEGER NOT NULL REFERENCES incidents (id),
  status         TEXT NOT NULL CHECK (status IN ('firing', 'resolved')),
  message        TEXT NOT NULL CHECK (json_valid(message)),
  -- Failed tries since it was enqueued or last accepted.
  attempts       INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- NULL: nothing is due any more.
  due_at         INTEGER,
  -- When this message was accepted last.
  delivered_at   INTEGER,
  -- Whether the receiver has ever accepted a message of this incident and status.
  ever_delivered INTEGER NOT NULL DEFAULT 0 CHECK (ever_delivered IN (0, 1)),
  withdrawn      INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
  -- Whether a person knows: a try that fails is not made due again.
  acknowledged   INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1)),
  last_error     TEXT,
  UNIQUE (receiver, incident, status),
  CHECK (withdrawn = 0 OR due_at IS NULL)
) STRICT;

CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_by_incident ON deliveries (incident, status);

-- What operators stopped: in force until it is ended, or until its time is over. Rows stay: they are the history.
CREATE TABLE pauses (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  -- A lineage, or all of a project (local/shop/*); NULL: everything.
  target   TEXT,
  reason   TEXT NOT NULL,
  -- Name of a token.
  begun_by TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  until    INTEGER,
  ended_at INTEGER,
  ended_by TEXT,
  CHECK ((ended_by IS NULL) = (ended_at IS NULL))
) STRICT;

CREATE INDEX pauses_not_ended ON pauses (id) WHERE ended_at IS NULL;

CREATE TABLE dead_letters (
  -- Lower-case hexadecimal digest of the whole body, also where only its beginning is kept.
  sha256        TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
  kind          TEXT NOT NULL CHECK (kind IN ('notification', 'alert')),
  -- The notification that an unusable alert was last seen in; NULL for a whole body.
  notification  INTEGER,
  count         INTEGER NOT NULL DEFAULT 1 CHECK (count >= 1),
  first_seen_at INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  reason        TEXT NOT NULL,
  detail        TEXT NOT NULL,
  body_bytes    INTEGER NOT NULL,
  body          BLOB NOT NULL
) STRICT;

CREATE INDEX dead_letters_by_last_seen ON dead_letters (last_seen_at);

-- Empty but for the moment in which the program tries whether the storage can grow.
CREATE TABLE writable_probe (
  filler BLOB NOT NULL
) STRICT;
