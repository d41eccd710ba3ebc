"""The tables of what the embedded store keeps of lessons."""

LESSONS = """
CREATE TABLE lessons (
    id TEXT PRIMARY KEY,
    against TEXT NOT NULL,
    digest TEXT NOT NULL,
    capability TEXT NOT NULL,
    family TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'active', 'quarantined', 'retired', 'accepted')),
    fits TEXT NOT NULL,
    lesson TEXT NOT NULL,
    by TEXT NOT NULL,
    why TEXT NOT NULL,
    moment TEXT NOT NULL
);
CREATE INDEX lessons_followed ON lessons (status, against);
CREATE INDEX lessons_against ON lessons (against);
CREATE TABLE lesson_changes (
    id INTEGER PRIMARY KEY,
    lesson TEXT NOT NULL REFERENCES lessons (id),
    kind TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    change TEXT NOT NULL
);
CREATE INDEX changes_of_lesson ON lesson_changes (lesson);
CREATE TABLE lesson_evidence (
    lesson TEXT NOT NULL,
    application TEXT NOT NULL,
    environment TEXT NOT NULL,
    total INTEGER NOT NULL,
    passed_with INTEGER NOT NULL,
    passed_without INTEGER NOT NULL,
    source TEXT NOT NULL,
    moment TEXT NOT NULL,
    PRIMARY KEY (lesson, application, environment, total, passed_with, passed_without, source)
) WITHOUT ROWID;
CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    lesson TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'rejected')),
    body TEXT NOT NULL
);
CREATE INDEX proposals_of_status ON proposals (status);
"""
