"""What a seized asset is worth and how it is sold: rules, deadlines, valuations, lots, rounds."""
