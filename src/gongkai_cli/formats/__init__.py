"""Output formats: each a pure function from a report, or problems, to text or bytes."""
