"""Recording notices, checking a day of opening, waits and delegations of a sale."""
