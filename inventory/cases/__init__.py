"""Enforcement cases: one enforcement decision is one case (L25 Art. 3(8))."""
