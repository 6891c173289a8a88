-- Times are milliseconds since 1970 (UTC); days are ISO dates in the hub's time zone; UUIDs are 16-byte blobs.

CREATE TABLE device (
  id              INTEGER PRIMARY KEY,
  uuid            BLOB NOT NULL UNIQUE,
  public_key      BLOB NOT NULL UNIQUE,
  name            TEXT NOT NULL,
  site            TEXT NOT NULL,
  inventory       TEXT NOT NULL,
  enrolled_ms     INTEGER NOT NULL,
  last_seen_ms    INTEGER,
  clock_behind_ms INTEGER
) STRICT;

-- Only the hash of a claim code is kept.
CREATE TABLE claim (
  hash       BLOB PRIMARY KEY,
  site       TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  device     INTEGER REFERENCES device (id)
) STRICT, WITHOUT ROWID;

-- The primary key is the dedupe: kept for ever, each name stored once.
CREATE TABLE event (
  device      INTEGER NOT NULL REFERENCES device (id),
  epoch       INTEGER NOT NULL,
  sequence    INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  id          BLOB NOT NULL,
  time_ms     INTEGER NOT NULL,
  recorded_ms INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  day         TEXT NOT NULL,
  data        TEXT NOT NULL,
  PRIMARY KEY (device, epoch, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE rejection (
  device      INTEGER NOT NULL REFERENCES device (id),
  sequence    INTEGER NOT NULL,
  code        TEXT NOT NULL,
  day         TEXT NOT NULL,
  PRIMARY KEY (device, sequence, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX rejection_by_day ON rejection (day);

-- Roll-ups, written in the transaction that stores the event.
CREATE TABLE sequence_day (
  device   INTEGER NOT NULL REFERENCES device (id),
  epoch    INTEGER NOT NULL,
  day      TEXT NOT NULL,
  first    INTEGER NOT NULL,
  last     INTEGER NOT NULL,
  received INTEGER NOT NULL,
  dropped  INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX sequence_day_by_day ON sequence_day (day);

CREATE TABLE kind_day (
  day   TEXT NOT NULL,
  kind  TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (day, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE play_day (
  day         TEXT NOT NULL,
  creative    TEXT NOT NULL,
  device      INTEGER NOT NULL REFERENCES device (id),
  count       INTEGER NOT NULL,
  shown_ms    INTEGER NOT NULL,
  frames      INTEGER NOT NULL,
  faulty      INTEGER NOT NULL,
  impressions REAL NOT NULL,
  PRIMARY KEY (day, creative, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE audience_day (
  day          TEXT NOT NULL,
  device       INTEGER NOT NULL REFERENCES device (id),
  windows      INTEGER NOT NULL,
  ots          INTEGER NOT NULL,
  watchers     INTEGER NOT NULL,
  dwell_ms     INTEGER NOT NULL,
  attention_ms INTEGER NOT NULL,
  camera_ms    INTEGER NOT NULL,
  PRIMARY KEY (day, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_day (
  day           TEXT NOT NULL,
  device        INTEGER NOT NULL REFERENCES device (id),
  count         INTEGER NOT NULL,
  with_try_on   INTEGER NOT NULL,
  tried         INTEGER NOT NULL,
  duration_secs INTEGER NOT NULL,
  csat_count    INTEGER NOT NULL,
  csat_sum      INTEGER NOT NULL,
  PRIMARY KEY (day, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE privacy_day (
  day           TEXT NOT NULL,
  device        INTEGER NOT NULL REFERENCES device (id),
  notices_shown INTEGER NOT NULL,
  camera_paused INTEGER NOT NULL,
  sees_opened   INTEGER NOT NULL,
  PRIMARY KEY (day, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE fault_day (
  day       TEXT NOT NULL,
  device    INTEGER NOT NULL REFERENCES device (id),
  code      TEXT NOT NULL,
  component TEXT NOT NULL,
  message   TEXT NOT NULL,
  count     INTEGER NOT NULL,
  PRIMARY KEY (day, device, code, component)
) STRICT, WITHOUT ROWID;

CREATE TABLE health (
  device   INTEGER PRIMARY KEY REFERENCES device (id),
  epoch    INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  at_ms    INTEGER NOT NULL,
  data     TEXT NOT NULL
) STRICT;
