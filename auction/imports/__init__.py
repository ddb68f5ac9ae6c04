"""Auction history and seized goods of other systems, read from CSV files as a profile says."""
