"""What migrations of all apps share."""

from django.db.migrations import SeparateDatabaseAndState
from django.db.migrations.state import ProjectState


class OnlyNames(SeparateDatabaseAndState):
    """Names and help of fields, which the database does not know.

    Django would build all models anew after each of hundreds of fields. This builds them once.
    """

    def __init__(self, state_operations):
        super().__init__(state_operations=state_operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.clear_delayed_apps_cache()
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)

    def deconstruct(self):
        return (type(self).__name__, [], {"state_operations": self.state_operations})
