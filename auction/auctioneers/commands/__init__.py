"""Acts on the register, on calls, and on contracts."""
