"""Termination of enforcement: the head ends a case, or some of its claims, by decision."""
