"""How fast the library is, measured beside others: ``python -m benchmarks``."""
