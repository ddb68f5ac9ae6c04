"""Tests; everything here runs without any data from outside the project.

What is loaded for them stays, so nothing is searched for garbage before all of them are gathered.
"""

import gc

gc.disable()
