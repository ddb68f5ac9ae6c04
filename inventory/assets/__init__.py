"""Assets: one physical thing or one right, whatever the ground on which it is held."""
