"""The budgets of the project, measured against what a user would pick instead: `nox -s bench`."""
