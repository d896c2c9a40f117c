"""Steps from one shape of the store to the next. A step that has been released is never edited."""
