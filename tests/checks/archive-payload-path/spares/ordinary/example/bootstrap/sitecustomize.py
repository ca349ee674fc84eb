"""Started by a command of the package, not by Python."""
