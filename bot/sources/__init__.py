"""Sources that keep themselves up to date: `nrrbot sync`, the job that does it, and who is told."""
