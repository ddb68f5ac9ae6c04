"""What happens that is no step of an asset, and from which a limit runs or with which it ends."""
