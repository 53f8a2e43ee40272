"""The command line, one module a subject; `sla/__main__.py` puts them together."""
