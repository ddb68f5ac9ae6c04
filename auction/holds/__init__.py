"""Holds: what keeps an asset from being dealt with for a time, on which ground, and how long."""
