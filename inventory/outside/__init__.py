"""Custody outside our stores: the contract with who keeps a thing, and the monthly check on it."""
