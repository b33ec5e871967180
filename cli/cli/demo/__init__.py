"""The demo: one cohort of sixty, from registration to accreditation."""
