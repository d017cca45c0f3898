"""The language in which fans write down how a site is searched and read (Cardigann, version 11)."""
