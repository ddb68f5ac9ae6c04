"""The embedded PostgreSQL: a real server run from a folder and reached over a socket only."""
