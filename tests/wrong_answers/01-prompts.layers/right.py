layers = {
    "the 42 under 6 * 7": "Python",
    "_ with the last value": "Python",
    "the words ZeroDivisionError: division by zero": "Python",
    "Out[3]": "IPython",
    "!ls": "IPython",
    "the names that Tab offers": "IPython",
    "the arrow ----> in a traceback": "IPython",
    "colours while you type": "front-end",
    "a table drawn from HTML": "front-end",
    "the next cell after Shift+Enter": "front-end",
}
