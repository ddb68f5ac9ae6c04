"""Reading stocktakes: lists, the result of the scans, packs for devices."""
