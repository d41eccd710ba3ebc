"""A bank of proven patterns: kept, found, and rendered without the compiler."""
