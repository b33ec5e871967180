"""RabbitMQ's management API: virtual hosts, users, permissions, and the depth of queues."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests

from cli.backing.directly import asking

SECONDS = 30


class ManagementError(Exception):
    """The management API refused, or did not answer."""


@dataclass(frozen=True)
class Management:
    """The API at `url`, which has the administrator's name and password in it."""

    url: str = field(repr=False)

    def create_vhost(self, name: str) -> None:
        """Make a virtual host that the administrator may use; one that is there stays as it is."""
        self._call("PUT", f"vhosts/{_quoted(name)}", {})
        user = urlsplit(self.url).username or "guest"
        if self._find(f"permissions/{_quoted(name)}/{_quoted(user)}") is None:
            self.permit(user, name, configure=".*", write=".*", read=".*")

    def delete_vhost(self, name: str) -> None:
        """Delete a virtual host with its queues; whoever is connected to it is cut off."""
        self._call("DELETE", f"vhosts/{_quoted(name)}")

    def create_user(self, name: str, password: str, *, tag: str = "") -> None:
        """Make a user without any permission, or give one that exists a new password. `tag` says
        whose it is; the broker itself gives a meaning to a few only."""
        self._call("PUT", f"users/{_quoted(name)}", {"password": password, "tags": tag})

    def user(self, name: str) -> dict[str, Any] | None:
        """A user's `tags`, `password_hash` and `hashing_algorithm`; None if there is no such."""
        return self._find(f"users/{_quoted(name)}")

    def delete_user(self, name: str) -> None:
        """Delete a user."""
        self._call("DELETE", f"users/{_quoted(name)}")

    def permit(self, user: str, vhost: str, *, configure: str, write: str, read: str) -> None:
        """Set what a user may do in a virtual host, as RabbitMQ's three regular expressions."""
        permission = {"configure": configure, "write": write, "read": read}
        self._call("PUT", f"permissions/{_quoted(vhost)}/{_quoted(user)}", permission)

    def permit_topics(self, user: str, vhost: str, exchange: str, *, write: str, read: str) -> None:
        """Set the routing keys that a user may write and read at a topic exchange."""
        permission = {"exchange": exchange, "write": write, "read": read}
        self._call("PUT", f"topic-permissions/{_quoted(vhost)}/{_quoted(user)}", permission)

    def definitions(self) -> dict[str, Any]:
        """All that the broker has been told: virtual hosts, users, rights, policies, queues."""
        found: dict[str, Any] = self._call("GET", "definitions").json()
        return found

    def forbid(self, user: str, vhost: str) -> None:
        """Take all permissions in a virtual host away. Those of topics last: to whoever has none of
        them, and may write to an exchange, the broker allows every routing key."""
        self._call("DELETE", f"permissions/{_quoted(vhost)}/{_quoted(user)}")
        self._call("DELETE", f"topic-permissions/{_quoted(vhost)}/{_quoted(user)}")

    def limit(self, user: str, *, connections: int, channels: int) -> None:
        """How many of these a user may have open at the same time."""
        for what, value in (("max-connections", connections), ("max-channels", channels)):
            self._call("PUT", f"user-limits/{_quoted(user)}/{what}", {"value": value})

    def set_policy(self, vhost: str, name: str, pattern: str, limits: dict[str, int]) -> None:
        """Have the queues of a virtual host whose names fit keep to these limits."""
        told = {"pattern": pattern, "apply-to": "queues", "definition": limits}
        self._call("PUT", f"policies/{_quoted(vhost)}/{_quoted(name)}", told)

    def users(self) -> list[str]:
        """The names of all users."""
        return [user["name"] for user in self._call("GET", "users").json()]

    def permissions(self, vhost: str) -> dict[str, dict[str, str]]:
        """Who may do what in a virtual host, by user."""
        told = self._call("GET", f"vhosts/{_quoted(vhost)}/permissions").json()
        return {one["user"]: one for one in told}

    def topic_permissions(self, vhost: str) -> dict[str, dict[str, str]]:
        """Who may write which routing keys, by user."""
        told = self._call("GET", f"vhosts/{_quoted(vhost)}/topic-permissions").json()
        return {one["user"]: one for one in told}

    def queues(self, vhost: str) -> list[dict[str, Any]]:
        """Each queue's `name`, `messages`, `messages_ready`, `consumers` and more.

        Counts may be five seconds old.
        """
        found: list[dict[str, Any]] = self._call("GET", f"queues/{_quoted(vhost)}").json()
        return found

    def connections(self, vhost: str) -> list[dict[str, Any]]:
        """The connections to a virtual host."""
        found: list[dict[str, Any]] = self._call(
            "GET", f"vhosts/{_quoted(vhost)}/connections"
        ).json()
        return found

    def close_connection(self, name: str) -> None:
        """Cut one connection off."""
        self._call("DELETE", f"connections/{_quoted(name)}")

    def _find(self, path: str) -> dict[str, Any] | None:
        answer = self._call("GET", path, absent_is_fine=True)
        return answer.json() if answer.ok else None

    def _call(
        self, method: str, path: str, body: Any = None, *, absent_is_fine: bool = False
    ) -> requests.Response:
        try:
            answer = asking(self.url).request(
                method, f"{self.url}/api/{path}", json=body, timeout=SECONDS
            )
        except ValueError as error:  # whose words quote the password, whole or in part
            told = "its address must be http://user:password@host:port, or https://…"
            raise ManagementError(f"{method} {path}: {told}") from error
        except requests.RequestException as error:
            raise ManagementError(f"{method} {path}: {error}") from error
        absent = answer.status_code == 404 and (absent_is_fine or method == "DELETE")
        if not answer.ok and not absent:
            raise ManagementError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer


def in_vhost(amqp_uri: str, vhost: str) -> str:
    """The same server and login, another virtual host."""
    return urlunsplit(urlsplit(amqp_uri)._replace(path=f"/{_quoted(vhost)}"))


def _quoted(name: str) -> str:
    return quote(name, safe="")
