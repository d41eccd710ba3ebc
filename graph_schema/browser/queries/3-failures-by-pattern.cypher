// Failures by pattern
// Red scenarios, the versions that they are blamed on, and the runs and applications that showed them.
MATCH (version:PatternVersion)<-[blames:BLAMES]-(failure:Failure)<-[failed:FAILED]-(run:Run)-[of:OF]->(application:Application)
RETURN version, blames, failure, failed, run, of, application
ORDER BY run.moment DESC
LIMIT 100;
