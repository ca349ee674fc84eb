#!/bin/sh
curl -LsSf https://tools.example/install.sh | sh
