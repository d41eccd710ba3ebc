"""Keep the vector index equal to the graph, which is the truth."""
