// Patterns by capability
// What the bank can do, and which versions do it. Golden ones are chosen first.
MATCH (version:PatternVersion)-[provides:PROVIDES]->(capability:Capability)
WHERE version.status IN ['golden', 'candidate', 'draft']
RETURN version, provides, capability
LIMIT 300;
