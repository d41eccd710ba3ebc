// What an application was built of
// The newest run, the versions that were chosen for its tasks, and their categories. Take the slashes away to ask for one application.
MATCH (run:Run)-[of:OF]->(application:Application)
// WHERE application.title = 'Its title'
WITH run, of, application ORDER BY run.moment DESC, run.id LIMIT 1
MATCH (run)-[bound:BOUND]->(version:PatternVersion)-[within:IN]->(category:Category)
WITH run, of, application, version, within, category, collect(bound)[0] AS bound
RETURN application, of, run, bound, version, within, category;
