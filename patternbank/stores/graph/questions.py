"""The questions to the graph; values are parameters, never words."""

_ENTRY = (
    " RETURN v.reference AS reference, v.manifest AS manifest, v.digest AS digest, v.status AS status,"
    " v.origin AS origin, v.scores AS scores, v.signature AS signature, v.words AS words ORDER BY v.position"
)
_HARD = (
    " (size($statuses) = 0 OR v.status IN $statuses)"
    " AND (size($stack) = 0 OR all(part IN v.stack WHERE part IN $stack))"
    " AND ($least = 0.0 OR v.least >= $least)"
)
_ANY = "MATCH (v:PatternVersion) WHERE v.position > $after AND"
_PROVIDING = "MATCH (:Capability {name: $capability})<-[:PROVIDES]-(v:PatternVersion) WHERE v.position > $after AND"
_PAGE = " LIMIT $limit"

ENTRIES = _ANY + _HARD + _ENTRY
ENTRIES_PAGE = ENTRIES + _PAGE
PROVIDERS = _PROVIDING + _HARD + _ENTRY
PROVIDERS_PAGE = PROVIDERS + _PAGE
MEETING = _ANY + _HARD + " RETURN v.reference AS reference"
MEETING_PROVIDERS = _PROVIDING + _HARD + " RETURN v.reference AS reference"
SIGNED = (
    "MATCH (v:PatternVersion) RETURN v.name AS name, v.version AS version, v.manifest AS manifest,"
    " v.signature AS signature, v.words AS words ORDER BY v.reference"
)
ENTRY = "MATCH (v:PatternVersion {reference: $reference})" + _ENTRY
PICKED = "UNWIND $references AS reference MATCH (v:PatternVersion {reference: reference})" + _ENTRY
VERSIONS = "MATCH (:Pattern {name: $name})-[:HAS_VERSION]->(v:PatternVersion)" + _ENTRY
BODY = "MATCH (:PatternVersion {reference: $reference})-[:HOLDS]->(c:Contents) RETURN c.body AS body"
CONTENTS = "MATCH (c:Contents {digest: $digest}) RETURN c.body AS body"
CAPABILITIES = "MATCH (c:Capability) WHERE EXISTS { (c)<-[:PROVIDES]-() } RETURN c.name AS name ORDER BY name"
HISTORY = (
    "MATCH (:PatternVersion {reference: $reference})-[:CHANGED]->(c:Change) RETURN c.kind AS kind, c.before AS before,"
    " c.after AS after, c.by AS by, c.why AS why, c.at AS at, c.replacement AS replacement ORDER BY c.number"
)
HOLDERS = "UNWIND $features AS feature MATCH (t:Term {feature: feature}) RETURN feature, t.holders AS holders"
PLAYED = "SHOW SETTINGS 'browser.post_connect_cmd' YIELD value RETURN value"
NOTE = "MATCH (n:Note {key: $key}) RETURN n.value AS value"
BANK = (
    "MATCH (b:Bank {id: 'bank'})"
    " RETURN b.revision AS revision, b.size AS size, b.sequence AS sequence, b.changes AS changes"
)
PENDING = (
    "MATCH (o:Outbox) RETURN o.number AS number, o.operation AS operation, o.kind AS kind, o.reference AS reference,"
    " o.digest AS digest ORDER BY o.number LIMIT $limit"
)
WAITING = "MATCH (o:Outbox) RETURN count(o) AS waiting"

_APPLICATION = (
    " RETURN a.id AS id, a.title AS title, a.signature AS signature, a.stack AS stack, a.entities AS entities,"
    " a.operations AS operations ORDER BY a.id"
)
APPLICATIONS = "MATCH (a:Application) WHERE a.id > $after" + _APPLICATION
APPLICATIONS_PAGE = APPLICATIONS + _PAGE
PICKED_APPLICATIONS = "UNWIND $ids AS id MATCH (a:Application {id: id})" + _APPLICATION
RUNS = (
    "MATCH (r:Run) WHERE ($application = '' OR r.application = $application)"
    " AND ($reference = '' OR $reference IN r.references) AND ($failed IS NULL OR (r.failed > 0) = $failed)"
    " RETURN r.body AS body ORDER BY r.moment DESC, r.id"
)
RUNS_PAGE = RUNS + _PAGE
EVIDENCE = (
    "MATCH (e:Evidence {reference: $reference}) RETURN e.reference AS reference, e.digest AS digest, e.kind AS kind,"
    " e.application AS application, e.environment AS environment, e.total AS total, e.passed AS passed,"
    " e.source AS source, e.moment AS moment ORDER BY e.kind, e.application, e.environment, e.moment, e.digest,"
    " e.total, e.passed, e.source"
)
