"""Reading and writing the log of publication records."""
