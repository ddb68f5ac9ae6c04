"""The papers of an asset's way from seizure to payout on A4."""
