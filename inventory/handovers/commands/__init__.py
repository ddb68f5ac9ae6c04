"""Acts of hand-over, transfer and loan, a file for each."""
