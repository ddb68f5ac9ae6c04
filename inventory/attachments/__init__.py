"""Pictures and files of what is kept: stored as they came, shown without what else they tell."""
