"""The tables of what the embedded store remembers of runs."""

RECORDS = """
CREATE TABLE applications (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    signature BLOB NOT NULL,
    stack TEXT NOT NULL,
    entities INTEGER NOT NULL,
    operations INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    application TEXT NOT NULL REFERENCES applications (id),
    at TEXT NOT NULL,
    failed INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX runs_of_application ON runs (application, at);
CREATE INDEX runs_in_order ON runs (at);
CREATE TABLE runs_with (
    reference TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES runs (id),
    PRIMARY KEY (reference, run)
) WITHOUT ROWID;
CREATE TABLE evidence (
    reference TEXT NOT NULL,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    application TEXT NOT NULL,
    environment TEXT NOT NULL,
    total INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    source TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (reference, kind, application, environment, digest, total, passed, source)
) WITHOUT ROWID;
"""
