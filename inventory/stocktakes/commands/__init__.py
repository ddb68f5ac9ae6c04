"""Acts of a stocktake, one file an act."""
