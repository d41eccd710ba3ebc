// How a version came to its status
// The newest changes of the bank: who moved which version where, and its status of now.
MATCH (version:PatternVersion)-[changed:CHANGED]->(change:Change)
WITH version, changed, change ORDER BY change.number DESC LIMIT 20
MATCH (version)-[has:HAS_STATUS]->(status:Status) WHERE has.valid_to IS NULL
RETURN version, changed, change, has, status;
