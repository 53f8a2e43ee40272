"""The numbers over HTTP: what the command line tells, for scripts on other machines."""
