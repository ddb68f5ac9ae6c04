"""What happened in a round: its outcome, whether it counts as failed, an asset's run of failures."""
