"""Lots of one or more assets, their auction rounds and the price reductions between rounds."""
