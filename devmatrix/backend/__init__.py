"""Bindings to a file tree: each target lowers the typed application to the views that its patterns see."""
