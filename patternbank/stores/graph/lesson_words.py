"""The statements and questions about lessons in the graph; values are parameters, never words."""

PUT_LESSONS = (
    "UNWIND $rows AS row CREATE (l:AntiPattern) SET l = row.properties MERGE (d:Remedy {id: row.remedy.id})"
    " SET d = row.remedy CREATE (l)-[:REMEDIED_BY]->(d) CREATE (l)-[:CHANGED]->(c:Change) SET c = row.change"
)
TIE_LESSONS = (
    "UNWIND $ids AS id MATCH (l:AntiPattern {id: id}) MATCH (v:PatternVersion {reference: l.against})"
    " MERGE (l)-[:AGAINST]->(v)",
    "UNWIND $ids AS id MATCH (l:AntiPattern {id: id}) WHERE l.family <> '' MATCH (f:Failure {family: l.family})"
    " WHERE NOT f.flaky MERGE (f)-[:INSTANCE_OF]->(l)",
)
TIE_VERSIONS = (
    "UNWIND $references AS reference MATCH (l:AntiPattern {against: reference})"
    " MATCH (v:PatternVersion {reference: reference}) MERGE (l)-[:AGAINST]->(v)"
)
TIE_RUN = (
    "MATCH (r:Run {id: $run}) UNWIND $applied AS id MATCH (l:AntiPattern {id: id}) MERGE (r)-[:APPLIED]->(l)",
    "MATCH (:Run {id: $run})-[:FAILED]->(f:Failure) WHERE f.family <> '' AND NOT f.flaky"
    " MATCH (l:AntiPattern {family: f.family}) MERGE (f)-[:INSTANCE_OF]->(l)",
)
MOVE_LESSON = (
    "MATCH (l:AntiPattern {id: $id}) SET l.status = $status, l.by = $change.by, l.why = $change.why,"
    " l.moment = $moment CREATE (l)-[:CHANGED]->(c:Change) SET c = $change"
)
PUT_EVIDENCE = (
    "UNWIND $rows AS row CREATE (e:LessonEvidence) SET e = row WITH e, row"
    " MATCH (l:AntiPattern {id: row.lesson}) CREATE (e)-[:ABOUT]->(l)"
)
KNOWN_EVIDENCE = "UNWIND $ids AS id MATCH (e:LessonEvidence {id: id}) RETURN id"
PUT_PROPOSAL = (
    "CREATE (p:Proposal) SET p = $row",
    "MATCH (p:Proposal {id: $row.id}) MATCH (l:AntiPattern {id: $row.lesson}) CREATE (l)-[:PROPOSES]->(p)",
    "MATCH (p:Proposal {id: $row.id}) MATCH (v:PatternVersion {reference: $row.corrects}) CREATE (p)-[:CORRECTS]->(v)",
)
SETTLE_PROPOSAL = "MATCH (p:Proposal {id: $row.id}) SET p = $row"

_LESSON = " RETURN l.lesson AS lesson, l.status AS status, l.by AS by, l.why AS why, l.moment AS moment ORDER BY l.id"
KNOWN_LESSONS = "UNWIND $ids AS id MATCH (l:AntiPattern {id: id}) RETURN id"
LESSON = "MATCH (l:AntiPattern {id: $id})" + _LESSON
LESSONS = (
    "MATCH (l:AntiPattern) WHERE ($status = '' OR l.status = $status) AND ($against = '' OR l.against = $against)"
    + _LESSON
)
ACTIVE = (
    "MATCH (l:AntiPattern) USING INDEX l:AntiPattern(status, against)"
    " WHERE l.status = 'active' AND l.against IN $references"
    " RETURN l.id AS id, l.against AS against, l.digest AS digest, l.capability AS capability, l.fits AS fits,"
    " l.lesson AS lesson ORDER BY id"
)
HISTORY = (
    "MATCH (:AntiPattern {id: $id})-[:CHANGED]->(c:Change) RETURN c.kind AS kind, c.before AS before,"
    " c.after AS after, c.by AS by, c.why AS why, c.at AS at, c.replacement AS replacement ORDER BY c.number"
)
EVIDENCE = (
    "MATCH (e:LessonEvidence {lesson: $id}) RETURN e.lesson AS lesson, e.application AS application,"
    " e.environment AS environment, e.total AS total, e.passed_with AS passed_with,"
    " e.passed_without AS passed_without, e.source AS source, e.moment AS moment ORDER BY e.application,"
    " e.environment, e.moment, e.total, e.passed_with, e.passed_without, e.source"
)
PROPOSAL = "MATCH (p:Proposal {id: $id}) RETURN p.body AS body"
PROPOSALS = "MATCH (p:Proposal) WHERE $status = '' OR p.status = $status RETURN p.body AS body ORDER BY p.id"
