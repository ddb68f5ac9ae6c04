"""Printed labels: sheets and rolls at true millimetres."""
