"""The hot paths, measured: CPU seconds of whole processes, against a peer in the same run."""
