"""Reports: what leaves the house on paper — documents, statutory forms, registers, figures."""
