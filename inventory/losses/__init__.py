"""What is missing for good: small cases of what a check outside did not find, and write-offs."""
