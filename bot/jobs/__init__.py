"""What the scheduler ticks: each job asks the database what is due, and does it."""
