"""The life of an asset from seizure to payout, as dated steps with paper, limit and article."""
