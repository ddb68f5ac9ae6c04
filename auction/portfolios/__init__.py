"""An officer's whole portfolio goes to another: what it holds, what is taken over, the minutes."""
