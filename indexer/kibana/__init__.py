"""Saved objects for Kibana, made from the mapping of flags; pure: mapping in, objects out."""
