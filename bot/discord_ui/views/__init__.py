"""Buttons, lists and forms. None of them holds a rule or a debate's state: a custom id says what it is about."""
