"""The sites and peers that the benches measure against."""
