"""Chain of custody: who held an asset, from when, by which paper. Append-only, hash-chained."""
