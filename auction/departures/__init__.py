"""Departures from a rule where the law leaves room, each approved by a second person."""
