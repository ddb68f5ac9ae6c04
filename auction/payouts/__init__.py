"""Dividing the proceeds of an asset: who is paid how much, approved, paid by voucher, reversed."""
