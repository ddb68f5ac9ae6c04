"""Acts on the price of an asset, each in a file of its own."""
