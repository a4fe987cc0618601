"""How good is an answer? Each grader says it as a number, the reward."""
