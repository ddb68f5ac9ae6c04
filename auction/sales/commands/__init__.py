"""Acts after a sale: opening it, payment and default, delivery, and what undoes it."""
