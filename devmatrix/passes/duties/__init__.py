"""What each part of an operation owes a proof of."""
