// Neighbours by similarity
// Versions that are alike in structure, or in words where they have no structure; `patternbank neighbours` brings the edges up to date.
MATCH (version:PatternVersion)-[similar:SIMILAR_TO]->(neighbour:PatternVersion)
RETURN version, similar, neighbour
ORDER BY similar.score DESC
LIMIT 150;
