"""A made-up office with made-up people, to try the program on; every page says so."""
