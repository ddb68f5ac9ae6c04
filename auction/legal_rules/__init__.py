"""Legal parameters as dated rows with article and confidence, and the working-day calendar.

Two law regimes live side by side (until 2026-06-30 and from 2026-07-01); the row is chosen for
each step by the date of the step, so no number of law stands in code.
"""
