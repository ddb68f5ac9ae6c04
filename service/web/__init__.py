"""Web pages: engine, languages, security headers, the shell every page stands in."""
