"""Stand-ins of the networks' public HTTP APIs, with faults on demand. Shares no code with the adapters."""
