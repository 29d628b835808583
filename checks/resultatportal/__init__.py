"""What the national results portal takes: the controls of its file, the ids it goes by, and the stadium requirements."""
