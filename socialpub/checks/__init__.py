"""Start-up checks: is everything in place? They look and change nothing; `socialpub doctor` prints them."""
