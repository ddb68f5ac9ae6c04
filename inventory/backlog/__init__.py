"""What grows old, is late, costs more than it is worth, or is missing in the paper book."""
