"""The running program: web pages, REST, scheduler, command line and their wiring. Owns no noun of the domain."""
