"""The page: the sandbox's people in a browser. Routes are listed in app.py, each person is a seat.py."""
