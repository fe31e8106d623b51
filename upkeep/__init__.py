"""What keeps a patrol that runs day and night in order, and tells people how it does."""
