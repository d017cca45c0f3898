"""What fills a role by default: our own engines, one folder each."""
