"""Evidence and temporary holding as grounds: an asset held for a criminal matter."""
