# -*- coding: latin-1 -*-
NAME = "Example"
