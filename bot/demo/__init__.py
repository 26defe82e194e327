"""A seeded, believable SaaS company, so that every command has something worth asking about."""
