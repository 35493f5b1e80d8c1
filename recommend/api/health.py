"""What the API says of the installation itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from rest_framework import serializers

from common.version import version
from common.web.output import DataOutput


@dataclass(frozen=True)
class Health:
    database: str
    model_run: int | None = None
    data_set: str | None = None
    sample: bool = False
    version: str = field(default_factory=version)


class HealthOutput(DataOutput):
    database = serializers.CharField()
    model_run = serializers.IntegerField(allow_null=True)
    data_set = serializers.CharField(allow_null=True)
    sample = serializers.BooleanField()
    version = serializers.CharField()


class ReadyOutput(DataOutput):
    ready = serializers.BooleanField(source="is_ready")
    database = serializers.CharField(help_text="ok or failed, like the following")
    migrations = serializers.CharField(help_text="All of the code are applied")
    model = serializers.CharField(help_text="A run is published")
    disk = serializers.CharField(help_text="The disks take what is written")
    broker = serializers.CharField(help_text="Redis; also: not used")
    missing = serializers.ListField(child=serializers.CharField(), help_text="What failed, and how")
