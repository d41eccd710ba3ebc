"""Entities, as they are stored, and schemas, as they travel."""
