"""Seals on assets: put on, looked at, opened, put on again, each with minutes (D127/17)."""
