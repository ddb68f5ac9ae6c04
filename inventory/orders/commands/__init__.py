"""Acts on warehouse orders: asking, signing, handing over."""
