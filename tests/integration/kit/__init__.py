"""What the integration tests in Python share. They know protocol.md only, and nothing of the library."""
