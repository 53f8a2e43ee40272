"""The measures on other engines: the same SQL, carried over, on a lake that is too big for one machine."""
