"""The custody certificate of one asset on paper."""
