"""Mail and chat to people. Sends what the outbox holds; decides nothing, and moves no state."""
