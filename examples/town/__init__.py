"""A made-up county town on loopback, with four public sites to patrol."""
