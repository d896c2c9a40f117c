"""Pages and answers over HTTP. No rules here: it asks the rows and the desk."""
