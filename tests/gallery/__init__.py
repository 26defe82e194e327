"""Pictures and pages in docs/ that are made from the demo company: `make pictures`."""
