"""Stocktakes: a frozen list, blind scans, differences as cases, minutes (C04/23 Art. 11(4))."""
