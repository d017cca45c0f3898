"""The site itself: how it is signed in to, asked, and made to hand out a torrent."""
