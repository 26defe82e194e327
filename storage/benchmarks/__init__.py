"""The declarations of a workspace about itself: its profile, peers and goals."""
