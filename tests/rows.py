"""Everything in a log, whichever database holds it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.storage.database import open_database
from bot.storage.schema import metadata


async def all_rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table, by the table's name and in the order of their keys."""
    async with open_database(url) as engine, engine.connect() as connection:
        return {
            table.name: [
                dict(row) for row in (await connection.execute(select(table).order_by(*table.primary_key.columns))).mappings()
            ]
            for table in metadata.sorted_tables
        }


def without_numbers(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """`rows` without the running numbers that nothing refers to: how they go on after a deletion is each database's own way."""
    referred = {key.column for table in metadata.sorted_tables for key in table.foreign_keys}
    idle = {table.name for table in metadata.sorted_tables if "id" in table.c and table.c.id not in referred}
    return {
        name: [{k: v for k, v in row.items() if k != "id" or name not in idle} for row in all_] for name, all_ in rows.items()
    }
