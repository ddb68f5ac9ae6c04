"""Review dossier of an asset auctioned many times without a sale."""
