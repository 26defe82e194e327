"""The outbox and its pictures, the circuit, and figures for operators."""
