// Lessons and what they prevented
// Each lesson, the failures that taught it, the version that it is about, its remedy, and the later runs that followed it. Empty until something was learnt.
MATCH (lesson:AntiPattern)
RETURN lesson,
  [path = (lesson)-[:AGAINST]->(:PatternVersion) | path] AS about,
  [path = (lesson)<-[:INSTANCE_OF]-(:Failure)<-[:FAILED]-(:Run) | path] AS taught_by,
  [path = (lesson)-[:REMEDIED_BY]->(:Remedy) | path] AS remedy,
  [path = (lesson)<-[:APPLIED]-(:Run)-[:OF]->(:Application) | path] AS prevented_in
LIMIT 50;
