"""The statutory forms: for each one the data it is made of and its template."""
