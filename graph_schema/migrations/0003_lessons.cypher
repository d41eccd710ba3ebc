// What failures taught: one node of each, and what is looked up of them.
CREATE CONSTRAINT lesson_evidence_id IF NOT EXISTS FOR (n:LessonEvidence) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT proposal_id IF NOT EXISTS FOR (n:Proposal) REQUIRE n.id IS UNIQUE;
CREATE INDEX failure_family IF NOT EXISTS FOR (n:Failure) ON (n.family);
CREATE INDEX anti_pattern_against IF NOT EXISTS FOR (n:AntiPattern) ON (n.against);
CREATE INDEX anti_pattern_status IF NOT EXISTS FOR (n:AntiPattern) ON (n.status);
CREATE INDEX anti_pattern_followed IF NOT EXISTS FOR (n:AntiPattern) ON (n.status, n.against);
CREATE INDEX anti_pattern_family IF NOT EXISTS FOR (n:AntiPattern) ON (n.family);
CREATE INDEX lesson_evidence_lesson IF NOT EXISTS FOR (n:LessonEvidence) ON (n.lesson);
CREATE INDEX proposal_status IF NOT EXISTS FOR (n:Proposal) ON (n.status);
