"""What a client sends and is shown."""
