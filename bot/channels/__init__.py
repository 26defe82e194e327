"""Changes of channels and people: events, access reviewed, alarms, posts taken back."""
