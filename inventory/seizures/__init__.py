"""Seizure as a ground: an asset taken by decision for the debt of a case (L25 Art. 78)."""
