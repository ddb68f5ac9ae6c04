"""What happens between two rounds: who may take the asset, redeem it, or get it back unsold."""
