"""Import of recorded auction history through profiles."""
