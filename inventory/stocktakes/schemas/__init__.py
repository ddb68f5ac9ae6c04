"""What is said to a stocktake, what it answers, what its minutes hold."""
