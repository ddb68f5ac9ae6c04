"""Stock card of one thing: what came in and went out by which voucher (C01/17 Art. 9(2)g)."""
