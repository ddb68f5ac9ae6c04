"""Deciding on a disposal, its steps, and letting the things go."""
