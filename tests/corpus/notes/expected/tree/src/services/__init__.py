"""Flows and rules: the only place with decisions."""
