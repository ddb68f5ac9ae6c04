"""Kinds of things the law keeps in a way of their own: cash, gold, drugs, what spoils."""
