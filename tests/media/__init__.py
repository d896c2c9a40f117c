"""Photos with secrets in, pictures without them out."""
