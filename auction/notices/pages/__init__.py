"""Pages of a lot's notices, and of when and by whom an asset is sold."""
