"""Files that people have, as tables of text: CSV by convention, workbooks, JSON."""
