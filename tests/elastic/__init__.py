"""Fetches, starts and stops a real Elasticsearch server for the tests that need one."""
