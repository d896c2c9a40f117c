"""What the daemon does: dispatch, send, recover, reconcile, expire, retract. It decides nothing about content."""
