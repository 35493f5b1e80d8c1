"""The first page of the admin: what staff do today, and the tables in groups."""

from django.contrib import admin

from recommend.admin.staff_home.groups import group_tables
from recommend.admin.staff_home.today import add_today

group_tables(admin.site)
add_today(admin.site)
