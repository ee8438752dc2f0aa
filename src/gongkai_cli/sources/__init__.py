"""Source documents: what was published, as text or as a file of an office program, to paragraphs with places."""
