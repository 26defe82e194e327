"""What a workspace declares of itself and aims at: its profile, peers and goals."""
