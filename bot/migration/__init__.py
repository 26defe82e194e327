"""Migration: between which values of a dimension, such as plans, accounts went in a period."""
