"""Who is granted what: ``/nrr access``, ``/nrr audit`` and the command line."""
