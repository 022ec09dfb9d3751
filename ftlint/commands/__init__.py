"""What each command does, one package a command; the command line and the Python API both call these."""
