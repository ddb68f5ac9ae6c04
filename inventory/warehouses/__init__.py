"""Warehouses and the places inside them, as a tree."""
