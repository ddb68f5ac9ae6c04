"""Tests; everything here runs without any data from outside the project."""
