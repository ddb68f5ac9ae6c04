"""Papers of the warehouse: number, frozen data, what became of them; never changed (C04/23 36)."""
