"""What Slack tells of people, user groups, channels and the app itself: rights may have changed."""
