"""Papers of the notary and of inspections: custody certificate, warehouse inspection."""
