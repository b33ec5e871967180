"""What the platform is made of: the libraries that run with it, their licences, their list."""
