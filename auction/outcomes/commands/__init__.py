"""Acts that end a round: recording its outcome, and reducing the price after it failed."""
