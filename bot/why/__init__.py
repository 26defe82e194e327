"""Why a figure changed: its exact parts, reasons, accounts, and what to work on first."""
