"""Periodic figures and what each of them counts."""
