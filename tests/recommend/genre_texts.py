"""Films with Korean texts, invented and real, from which a genre model can learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from movies.genres import without_formats
from movies.movielens import open_release
from recommend.lab.training.genre_model.fit import FilmToLearn
from recommend.scoring.film_words import film_text

TEXTS = {
    "Horror": [
        "버려진 병원에서 귀신이 나타나 밤마다 사람을 부른다",
        "무서운 저주가 마을을 덮치고 귀신이 밤을 지배한다",
        "한밤의 묘지에서 들려오는 귀신의 무서운 울음",
        "악령에 홀린 인형이 밤마다 무서운 장난을 친다",
        "귀신 들린 저택에 갇힌 가족의 무서운 하룻밤",
        "거울 속 귀신이 자정마다 피를 흘린다",
    ],
    "Romance": [
        "첫사랑을 다시 만난 두 사람이 결혼을 약속한다",
        "편지로 시작된 연애가 첫사랑의 기억을 부른다",
        "결혼을 앞둔 신부에게 첫사랑이 돌아온다",
        "서툰 연애 끝에 고백하는 여름의 첫사랑",
        "결혼식장에서 다시 시작된 설레는 연애",
        "비 오는 날의 키스와 이루어진 첫사랑",
    ],
    "Sci-Fi": [
        "우주 정거장을 습격한 외계인과 맞서는 로봇",
        "로봇이 인간을 돕는 미래, 외계인이 우주선을 보낸다",
        "먼 우주로 떠난 탐사선이 외계인을 만난다",
        "기억을 잃은 로봇이 우주를 떠돈다",
        "외계인의 침공을 막는 우주 함대의 로봇 조종사",
        "시간 여행 장치와 우주의 비밀을 쫓는 로봇",
    ],
    "Comedy": [
        "엉뚱한 삼촌의 웃음 가득한 소동",
        "웃음이 끊이지 않는 식당의 엉뚱한 하루",
        "엉뚱한 형사 콤비의 우스운 잠복근무",
        "시골 마을의 우스운 노래자랑 소동",
        "엉뚱한 거짓말이 부른 우스운 휴가 소동",
        "웃음 폭탄 가족의 우스운 이사",
    ],
}


def invented_films() -> list[FilmToLearn]:
    """Every third one has Drama as a second genre."""
    texts = [(genre, text) for genre, all_texts in TEXTS.items() for text in all_texts]
    return [
        FilmToLearn(
            movie_id=number,
            genres=(genre, "Drama") if number % 3 == 0 else (genre,),
            text=film_text(title=f"Film {number}", title_ko="", overview=text, keywords=[]),
            language="ko",
        )
        for number, (genre, text) in enumerate(texts, start=1)
    ]


def real_films(folder: Path) -> list[FilmToLearn]:
    """The films of ML-1M and ML-latest-small that have a Korean text."""
    texts = pd.read_csv(folder / "text" / "movie_texts.csv").fillna("").set_index("movie_id")
    titles = pd.read_csv(folder / "movie_details.csv").set_index("movie_id")["title_ko"].fillna("")
    rows: dict[int, Any] = {}
    for name in ("ml-latest-small.zip", "ml-1m.zip"):
        with open_release(folder / name) as release:
            rows |= {row.movie_id: row for row in release.movies.itertuples()}
    return [
        FilmToLearn(
            movie_id=number,
            genres=without_formats(one.replace("Children's", "Children") for one in row.genres),
            text=film_text(
                title=row.title,
                title_ko=titles.get(number, ""),
                overview=texts.overview_ko[number],
                keywords=texts.keywords_en[number].split("|"),
            ),
            language="ko",
        )
        for number, row in sorted(rows.items())
        if row.genres and number in texts.index and texts.overview_ko[number]
    ]
