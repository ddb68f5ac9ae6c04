"""Inspection of an evidence warehouse: a checklist filled with what the program knows."""
