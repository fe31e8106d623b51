"""The stores on an Elasticsearch cluster, and what looks after it."""
