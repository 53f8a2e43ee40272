"""The live feed: messages that other programs send over HTTP, as they happen."""
