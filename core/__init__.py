"""What every part of Lurewatch shares: terms, taxonomy, ports, errors, settings and text."""
