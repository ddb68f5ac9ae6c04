"""What creditors may ask in a case: how much, in which rank by the law of a day, its changes."""
