"""Everything that can rank films for a respondent, behind one interface (`base.Recommender`).

`registry` names them. Pure: no Django import. Evaluation, tuning and training know a recommender
by its name in the registry and by the interface only.
"""
