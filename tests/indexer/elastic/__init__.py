"""What only the cluster's store promises, on a real server."""
