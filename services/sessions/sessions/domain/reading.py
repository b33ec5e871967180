"""Reading a data file: every problem is collected with its place, and told at once."""

from typing import Any, TypeVar

from headship_contracts.errors import Invalid

InsteadT = TypeVar("InsteadT")


class Reader:
    """Takes values out of parsed TOML; remembers what is wrong as `{place: [what is right]}`."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: dict[str, list[str]] = {}

    def problem(self, place: str, message: str) -> None:
        self.problems.setdefault(f"{self.source}: {place}", []).append(message)

    def raise_if_any(self) -> None:
        """Raises Invalid with all that was found wrong."""
        if self.problems:
            raise Invalid("data_file_invalid", f"{self.source} is not right", self.problems)

    def text(self, table: dict[str, Any], key: str, place: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        return self._wrong(place, key, "must be a text", value, "")

    def integer(self, table: dict[str, Any], key: str, place: str, least: int, most: int) -> int:
        value = table.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        right = f"must be a whole number from {least} to {most}"
        return self._wrong(place, key, right, value, least)

    def one_of(self, table: dict[str, Any], key: str, place: str, allowed: list[str]) -> str:
        value = table.get(key)
        if value in allowed:
            return str(value)
        return self._wrong(place, key, f"must be one of {', '.join(allowed)}", value, allowed[0])

    def tables(self, table: dict[str, Any], key: str, place: str) -> list[dict[str, Any]]:
        value = table.get(key)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return value
        return self._wrong(
            place, key, "must be a list of tables, not empty", value, list[dict[str, Any]]()
        )

    def table(self, table: dict[str, Any], key: str, place: str) -> dict[str, Any]:
        value = table.get(key)
        if isinstance(value, dict):
            return value
        return self._wrong(place, key, "must be a table", value, dict[str, Any]())

    def only(self, table: dict[str, Any], place: str, known: set[str]) -> None:
        """A key that nobody reads is most often a misspelt one."""
        for key in sorted(set(table) - known):
            self.problem(_joined(place, key), f"is not known; known are {', '.join(sorted(known))}")

    def _wrong(self, place: str, key: str, right: str, value: Any, instead: InsteadT) -> InsteadT:
        found = "is missing" if value is None else f"is {value!r}"
        self.problem(_joined(place, key), f"{found}; it {right}")
        return instead  # so that reading goes on and finds what else is wrong


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
