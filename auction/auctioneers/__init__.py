"""Auction organisations, how one is chosen for a lot, and the contract with it."""
