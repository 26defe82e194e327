"""The words of a finding: what a period did and why, and what twelve months say."""
