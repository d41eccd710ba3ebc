"""The bank's truth in Neo4j, through the official driver."""
