"""Acts on payouts: proposing and withdrawing, approving, paying by voucher and reversing."""
