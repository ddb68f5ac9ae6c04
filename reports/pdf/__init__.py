"""From a template and data to the bytes of a PDF, in a process of its own, without network."""
