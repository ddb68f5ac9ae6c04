"""A draft rule run over recorded history: what would have changed, shown before it is approved.

Reads every room below and writes only what it found; history is never touched.
"""
