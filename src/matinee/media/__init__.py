"""What things are: titles, releases, qualities, files, and the pure rules on them."""
