"""After the hammer: payment, default, delivery, title, and a result that is annulled."""
