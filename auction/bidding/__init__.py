"""What happened in a round: the outcome, whether it counts as failed, the run of failures of an asset."""
