"""The papers of an asset's way from seizure to payout on A4 (DOMAIN §9.2, §9.4)."""
