"""Grants and approvals: ``/nrr access``, ``/nrr audit`` and the command line."""
