"""How fast the program is: ratios against hand-written SQL on the same machine in the same run."""
