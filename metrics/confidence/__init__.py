"""How sure a retention figure is: the accounts that decide it, and an interval around it."""
