"""What people do: one verb per function, one transaction, one audit event. No network is touched here."""
