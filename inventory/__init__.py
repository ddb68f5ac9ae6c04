"""What was seized, who answers for it, and where it is."""
