"""Proving who somebody is: accounts, server-side sessions, and the actor made of them."""
