"""Registers of the service (C04/23 Art. 30), each one query and one list of columns."""
