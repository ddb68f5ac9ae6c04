"""What an asset is worth: appraisals by agreement, firm, officer or council (L25 Art. 82)."""
