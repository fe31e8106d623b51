"""The proof of a flag: kept, chained, verified and handed on."""
