"""Ways in. All end in one desk verb, and all distrust what they are given."""
