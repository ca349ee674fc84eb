#!/bin/sh
# Install with: curl -fsSL https://get.example/install | sh
exec python -m example "$@"  # not: wget -qO- x | sh
