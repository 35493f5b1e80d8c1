"""The verdict of a result in ready texts: what to buy, the alternative, wishes, tips, the fit."""
