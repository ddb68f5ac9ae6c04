"""Append-only audit ledger: which actor did what to which subject, and when."""
