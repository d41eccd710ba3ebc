"""The statements that change the graph; values are parameters, never words."""

LOCK = "MATCH (b:Bank {id: 'bank'}) SET b.name = b.name"
CLOSE = "MATCH (b:Bank {id: 'bank'}) SET b += $state"

HELD = (
    "UNWIND $references AS reference MATCH (v:PatternVersion {reference: reference})"
    " RETURN reference, v.name AS name, v.version AS version, v.digest AS digest, v.origin AS origin,"
    " v.status AS status, v.scores AS scores, v.words AS words"
)
KNOWN_CAPABILITIES = "UNWIND $names AS name MATCH (c:Capability {name: name}) RETURN name"
_PUT_ENDS = (
    "UNWIND $rows AS row MERGE (p:Pattern {name: row.name}) MERGE (g:Category {name: row.category})"
    " MERGE (c:Contents {digest: row.digest}) ON CREATE SET c.body = row.body"
    " WITH row, p, g, c MATCH (s:Status {name: row.properties.status})"
)
_TIE = (
    " SET v = row.properties CREATE (v)-[:HOLDS]->(c), (v)-[:IN]->(g), (v)-[:HAS_STATUS {valid_from: row.at}]->(s),"
    " (v)-[:CHANGED]->(h:Change) SET h = row.change"
    " FOREACH (name IN row.capabilities | MERGE (k:Capability {name: name}) CREATE (v)-[:PROVIDES]->(k))"
    " FOREACH (name IN row.requires | MERGE (k:Capability {name: name}) CREATE (v)-[:REQUIRES]->(k))"
    " FOREACH (name IN row.conflicts | MERGE (k:Capability {name: name}) CREATE (v)-[:CONFLICTS_WITH]->(k))"
    " FOREACH (name IN row.rivals | MERGE (k:Pattern {name: name}) CREATE (v)-[:CONFLICTS_WITH]->(k))"
)
CREATE_VERSIONS = _PUT_ENDS + " CREATE (p)-[:HAS_VERSION]->(v:PatternVersion)" + _TIE
UNTIE = (
    "UNWIND $rows AS row MATCH (v:PatternVersion {reference: row.reference})"
    " MATCH (v)-[old:HOLDS|IN|PROVIDES|REQUIRES|CONFLICTS_WITH|SIMILAR_TO]-() DELETE old"
)
REPLACE_VERSIONS = _PUT_ENDS + " MATCH (v:PatternVersion {reference: row.reference})" + _TIE
SUPERSEDE = (
    "UNWIND $names AS name MATCH (:Pattern {name: name})-[:HAS_VERSION]->(v:PatternVersion)"
    " WITH name, v ORDER BY v.position WITH name, collect(v) AS line WHERE size(line) > 1"
    " CALL (line) { UNWIND line AS v MATCH (v)-[old:SUPERSEDES]->() DELETE old }"
    " UNWIND range(1, size(line) - 1) AS place WITH line[place] AS newer, line[place - 1] AS older"
    " CREATE (newer)-[:SUPERSEDES]->(older)"
)
END_STATUS = (
    "UNWIND $rows AS row MATCH (:PatternVersion {reference: row.reference})-[s:HAS_STATUS]->(:Status)"
    " WHERE s.valid_to IS NULL SET s.valid_to = row.at"
)
BEGIN_STATUS = (
    "UNWIND $rows AS row MATCH (v:PatternVersion {reference: row.reference}) MATCH (s:Status {name: row.status})"
    " SET v.status = row.status CREATE (v)-[:HAS_STATUS {valid_from: row.at}]->(s)"
)
REPLACED_BY = (
    "MATCH (v:PatternVersion {reference: $reference}) MATCH (r:PatternVersion {reference: $replacement})"
    " MERGE (v)-[:REPLACED_BY]->(r)",
    "MATCH (v:PatternVersion {reference: $reference}) MATCH (r:Pattern {name: $replacement})"
    " MERGE (v)-[:REPLACED_BY]->(r)",
)
SET_SCORES = "MATCH (v:PatternVersion {reference: $reference}) SET v.scores = $scores, v.least = $least"
PUT_CHANGES = (
    "UNWIND $rows AS row MATCH (v:PatternVersion {reference: row.reference}) CREATE (v)-[:CHANGED]->(c:Change)"
    " SET c = row"
)
PUT_OUTBOX = "UNWIND $rows AS row CREATE (o:Outbox) SET o = row"
PUT_TERMS = (
    "UNWIND $rows AS row MERGE (t:Term {feature: row[0]}) ON CREATE SET t.holders = row[1]"
    " ON MATCH SET t.holders = t.holders + row[1]"
)
KEEP_NEIGHBOURS = (
    "UNWIND $rows AS row MATCH (v:PatternVersion {reference: row.reference})"
    " OPTIONAL MATCH (v)-[old:SIMILAR_TO]->() DELETE old WITH DISTINCT v, row UNWIND row.nearest AS near"
    " MATCH (n:PatternVersion {reference: near.reference}) MERGE (v)-[s:SIMILAR_TO]->(n) SET s.score = near.score"
)
KEEP_NOTE = "MERGE (n:Note {key: $key}) SET n.value = $value"
ACKNOWLEDGE = "UNWIND $numbers AS number MATCH (o:Outbox {number: number}) DELETE o"

KNOWN_RUN = "MATCH (r:Run {id: $id}) RETURN r.id AS id"
PUT_APPLICATION = "MERGE (a:Application {id: $row.id}) SET a = $row"
PUT_RUN = "MATCH (a:Application {id: $row.application}) CREATE (r:Run)-[:OF]->(a) SET r = $row"
BIND = (
    "MATCH (r:Run {id: $run}) UNWIND $rows AS row MATCH (v:PatternVersion {reference: row.reference})"
    " CREATE (r)-[:BOUND {task: row.task, capability: row.capability, digest: row.digest, score: row.score}]->(v)"
)
PUT_FAILURES = (
    "MATCH (r:Run {id: $run}) UNWIND $rows AS row CREATE (r)-[:FAILED {number: row.number}]->(f:Failure)"
    " SET f = row.properties WITH f, row UNWIND row.blames AS reference"
    " MATCH (v:PatternVersion {reference: reference}) CREATE (f)-[:BLAMES]->(v)"
)
COMPOSE = (
    "UNWIND $pairs AS pair MATCH (a:PatternVersion {reference: pair[0]}) MATCH (b:PatternVersion {reference: pair[1]})"
    " MERGE (a)-[c:COMPOSES_WITH]->(b) SET c.runs = coalesce(c.runs, 0) + 1"
)
KNOWN_EVIDENCE = "UNWIND $ids AS id MATCH (e:Evidence {id: id}) RETURN id"
PUT_EVIDENCE = (
    "UNWIND $rows AS row CREATE (e:Evidence) SET e = row",
    "UNWIND $rows AS row MATCH (e:Evidence {id: row.id}) MATCH (v:PatternVersion {reference: row.reference})"
    " CREATE (e)-[:ABOUT]->(v)",
    "UNWIND $rows AS row MATCH (e:Evidence {id: row.id}) MATCH (a:Application {id: row.application})"
    " CREATE (e)-[:OVER]->(a)",
)
