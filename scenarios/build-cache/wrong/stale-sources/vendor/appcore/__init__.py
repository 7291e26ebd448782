"""The service of the Docker debug labs."""
