"""A service to try calls, timers and pages with: a library's desk that lends books."""
