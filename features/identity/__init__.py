"""Who a record is about: codes, names, and links that can be explained, undone and redone."""
