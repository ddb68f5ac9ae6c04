"""Real auction history through the command line: every figure known of it comes out again."""
