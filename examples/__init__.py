"""Examples that come with Lurewatch."""
