"""Pictures: charts as plain values, and how they are drawn."""
