"""Who keeps which warehouse: dated appointments by the head, and the joint count at a change."""
