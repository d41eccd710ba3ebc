"""Access to stored rows: the only place with queries."""
