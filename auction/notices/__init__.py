"""Postings, announcements, viewing and registration of a round, checked before its day is fixed."""
