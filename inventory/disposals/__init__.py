"""What becomes of things by decision: destroyed, returned, forfeited to the State, sold."""
