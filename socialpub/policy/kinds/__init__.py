"""The kinds of rules: how a rule looks. What it looks for is data, in the packs."""
