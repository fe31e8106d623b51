"""The ``lurewatch`` command: what a person types, and what it prints."""
