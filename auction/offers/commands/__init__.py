"""The acts between two rounds."""
