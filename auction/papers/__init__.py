"""The papers of an asset's way from seizure to payout: what stands on each, issued by the rooms."""
