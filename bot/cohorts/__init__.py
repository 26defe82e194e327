"""Sign-up cohorts: what accounts that began together keep paying as they grow older."""
