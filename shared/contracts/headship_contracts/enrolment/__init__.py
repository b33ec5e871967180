"""What enrolment tells and can be asked."""
