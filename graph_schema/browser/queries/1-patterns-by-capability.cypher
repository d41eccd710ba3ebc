// Patterns by capability
// What the bank can do, and which versions do it: first what most versions compete for. A higher limit shows more.
MATCH (capability:Capability)
WITH capability, COUNT { (capability)<-[:PROVIDES]-() } AS rivals ORDER BY rivals DESC, capability.name LIMIT 20
MATCH (version:PatternVersion)-[provides:PROVIDES]->(capability)
WHERE version.status IN ['golden', 'candidate', 'draft']
RETURN version, provides, capability;
