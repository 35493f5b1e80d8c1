"""What the result page says about a stored result: rows and plain sentences, ready to print.

Words only, no query. Of the numbers only the weights are computed anew, from what is stored, for
who moves the slider.
"""
