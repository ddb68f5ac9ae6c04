"""Pages of the register, of calls and scores, and of a lot's contracts."""
