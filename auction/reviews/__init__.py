"""Flags on assets that failed to sell several times, and the reviews that answer them."""
