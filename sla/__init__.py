"""The domain: messages become conversations, waits, measures and the expected wait."""
