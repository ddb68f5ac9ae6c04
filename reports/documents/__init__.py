"""Issued documents: number, snapshot, template version, hash, file; never changed (C04/23 36)."""
