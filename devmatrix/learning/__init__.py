"""Learning: what a failure teaches, and whether a lesson holds."""
