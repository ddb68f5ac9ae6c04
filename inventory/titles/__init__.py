"""Whose an asset is: owners with shares, what burdens it, what it secures (L25 Art. 39, 81)."""
