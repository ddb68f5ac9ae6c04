"""Due dates: how a time limit is counted, and the open deadlines of an office."""
