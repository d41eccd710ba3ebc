"""What values may be: choices, and what each state may become."""
