"""Reading flags, reviews and the whole history of an asset."""
