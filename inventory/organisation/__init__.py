"""Offices as a dated tree, staff, roles and the authority matrix."""
