"""SABnzbd: our usenet engine answers as one, and a real one can fill its role."""
