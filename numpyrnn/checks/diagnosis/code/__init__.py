"""Reading the student's code: where it enters, how it lays out its arrays, and what it returns."""
