"""The only module that picks a bank or a deployer."""
