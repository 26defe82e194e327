"""Words of digests: sentences, tables, schedules and lists."""
