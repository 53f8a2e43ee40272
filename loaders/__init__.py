"""Export files in, canonical messages out: one module a format, listed in `registry`."""
