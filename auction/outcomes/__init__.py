"""Closing a round: recording its outcome and reducing the price within the law."""
