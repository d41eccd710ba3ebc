"""The lab: faults put into copies, and what the loop makes of them, measured."""
