"""The demo: a fresh spool, sandbox networks, invented people and six stories, from the inbox to the public page.

It calls the verbs that everybody calls, as the people who may. Nothing elsewhere knows that it is a demo.
"""
