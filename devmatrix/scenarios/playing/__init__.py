"""Play calls on the model and write down what a right application answers."""
