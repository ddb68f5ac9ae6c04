"""Ground floor: what every room stands on and no noun of the field lives in."""
