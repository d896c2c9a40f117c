"""Keeps and proves the records: noted heads, exports, backups, restores. It sends nothing and decides nothing."""
