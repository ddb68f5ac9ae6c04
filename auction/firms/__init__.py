"""Valuation firms: the Ministry's list, who may not be contracted, and how their values held."""
