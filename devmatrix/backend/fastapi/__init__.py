"""The FastAPI target: what its patterns see of an application."""
