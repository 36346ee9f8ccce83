"""The Discord front end: guard clauses, presentation and clocks; every rule lives behind the service."""
