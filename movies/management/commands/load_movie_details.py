"""`manage.py load_movie_details FILE`"""

from __future__ import annotations

from movies.management.base import MovieFileCommand
from movies.services import details


class Command(MovieFileCommand):
    help = (
        "Load ids, Korean titles and posters from a CSV: "
        "movie_id[,imdb_id][,tmdb_id][,title_ko][,poster_path]"
    )
    load = details.load_movie_details
    what = "movie details"
