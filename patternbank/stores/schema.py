"""The tables of the embedded store."""

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE contents (digest TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    sorting TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES contents (digest),
    status TEXT NOT NULL CHECK (status IN ('draft', 'candidate', 'golden', 'deprecated', 'retired')),
    origin TEXT NOT NULL,
    manifest TEXT NOT NULL,
    stack TEXT NOT NULL,
    scores TEXT,
    least REAL,
    signature BLOB NOT NULL,
    words BLOB NOT NULL,
    UNIQUE (name, version)
);
CREATE UNIQUE INDEX versions_in_order ON versions (name, sorting);
CREATE TABLE capabilities (
    capability TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions (id),
    PRIMARY KEY (capability, version_id)
) WITHOUT ROWID;
CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    kind TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    change TEXT NOT NULL
);
CREATE INDEX history_of_version ON history (name, version);
CREATE VIRTUAL TABLE version_text USING fts5 (text, tokenize = 'unicode61 remove_diacritics 0');
"""
