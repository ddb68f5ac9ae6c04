"""The running program: web, log-in, scheduler, command line, migrations; owns no noun."""
