"""Things change hands: two-sided hand-over, transfer between warehouses, giving out for a time."""
