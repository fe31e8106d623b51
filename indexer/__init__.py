"""Keeps flags, reviews and what the patrol remembers, behind the ports of the core."""
