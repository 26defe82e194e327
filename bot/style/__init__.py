"""The house style: words, blocks, forms and charts that every feature is set in."""
