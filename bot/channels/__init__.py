"""What happens to channels and people: events, rechecking, alarms, posts taken back."""
