"""Auctions and due dates by day: a page, and a feed that calendars of phones and desks read."""
