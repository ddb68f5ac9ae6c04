"""Rounds and what happened in them: outcomes, which of them failed, an asset's run of failures."""
