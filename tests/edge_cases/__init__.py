"""The fifty edge cases of the trade, by number: each through the commands that the pages call."""
