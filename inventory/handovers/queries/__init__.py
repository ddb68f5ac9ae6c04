"""Reading hand-overs, transfers and loans, a file for each."""
