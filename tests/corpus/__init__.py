"""Real documents from the terminal to a checked call: run by `nox -s corpus`."""
