"""Pages of stocktakes: plan and sessions, counting, the end, the desk's part."""
