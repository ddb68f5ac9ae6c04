"""What is done with a thing before a seizure: it is verified, or a provisional measure is taken."""
