"""The register of auctioned property (Mẫu 17): a line a round, derived and never typed."""
