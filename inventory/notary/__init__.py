"""Signed heads over all ledgers, and certificates that anybody can check without the database."""
