"""What may be shown of the respondents who agreed to be counted, counted once a day.

`people` counts, `groups` and `demand` decide what may be shown. `ottstats.services.day_counts`
stores the result, so that every page and file of a day shows the same numbers.
"""
