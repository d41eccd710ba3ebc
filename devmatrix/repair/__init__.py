"""Repairs: what could be changed so that a red scenario passes, and whether it did."""
