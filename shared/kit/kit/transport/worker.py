"""Running a piece of work on a service in its container's pool, dependencies injected."""

from collections.abc import Callable
from functools import partial
from typing import Any

from eventlet.semaphore import Semaphore
from nameko.containers import WorkerContext
from nameko.extensions import SharedExtension


class Turns(SharedExtension):
    """Half of a service's workers are for events, so that a call never waits behind a storm."""

    def setup(self) -> None:
        self._free = Semaphore(max(1, self.container.max_workers // 2))

    def take(self) -> None:
        """Wait for a turn."""
        self._free.acquire()

    def give_back(self) -> None:
        self._free.release()


def spawn(container: Any, entrypoint: Any, work: Callable[[Any], None]) -> None:
    """Run `work(service)` as soon as the pool has room, and wait here until then.

    Unlike nameko's own spawn_worker this calls no method by its name, so that what is decorated
    stays a plain method. What `work` raises ends the container, so it should deal with errors.
    """
    context = WorkerContext(container, container.service_cls(), entrypoint)
    thread = container._worker_pool.spawn(partial(_run, container, context, work))
    container._worker_threads[context] = thread
    thread.link(container._handle_worker_thread_exited, context)


def _run(container: Any, context: Any, work: Callable[[Any], None]) -> None:
    container._inject_dependencies(context)
    container._worker_setup(context)
    try:
        work(context.service)
    finally:
        container._worker_result(context, None, None)
        container._worker_teardown(context)
