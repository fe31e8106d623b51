"""The model: tokens, features, training and serving of the two heads, offer and harm."""
