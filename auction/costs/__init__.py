"""What enforcement costs: entries with who bears them, reversed and never edited (L25 Art. 53)."""
