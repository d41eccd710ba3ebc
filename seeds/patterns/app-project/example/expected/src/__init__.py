"""Parcels API."""
