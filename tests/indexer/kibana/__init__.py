"""What Kibana is given."""
