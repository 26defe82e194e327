"""The playbook shown and checked: what to do about segments and tiers of accounts."""
