"""Labels of assets and places: what they hold, what was printed when and why, finding by a scan."""
