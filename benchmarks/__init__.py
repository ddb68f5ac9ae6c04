"""How fast the program is, as ratios against hand-written SQL on the same machine in the same run."""
