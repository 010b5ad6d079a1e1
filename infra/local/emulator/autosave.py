"""Saves the emulator's state every few seconds, as one picture of one moment.

AWS keeps what it acknowledged. MiniStack 1.5.33 saves only when it ends in order; `kill -9` loses all since the start.

The process forks: the child has the memory as it was at that moment, writes it and ends, while the parent goes on
serving (the way Redis does it). So the picture is consistent over all services: a consumer's checkpoint is never ahead of
what the consumer had written. Each file is written beside its place and renamed; checkpoints (`lambda`) are renamed last,
so that a crash between two renames brings records back rather than losing their effect.

Delete when MiniStack does it.
"""

import json
import logging
import os
import signal
import threading
import time
import warnings

from ministack import app
from ministack.core import persistence
from ministack.services import lambda_svc

logger = logging.getLogger("autosave")

INTERVAL_SECONDS = float(os.environ.get("AUTOSAVE_SECONDS", "5"))
# A child that takes longer hangs (a lock that another thread held at the fork); the next one will do.
CHILD_LIMIT_SECONDS = 120
# At most a fifth of one core goes into saving; a large state is saved more rarely.
PAUSE_PER_SECOND_OF_SAVING = 4


def write(name, state):
    """The same file `persistence.save_state` writes; False when it is on disk already."""
    path = os.path.join(persistence.STATE_DIR, f"{name}.json")
    document = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
    text = json.dumps(document, default=persistence._json_default).encode()
    if os.path.exists(path) and os.path.getsize(path) == len(text):
        with open(path, "rb") as file:
            if file.read() == text:
                return False
    with open(f"{path}.autosave", "wb") as file:
        file.write(text)
    return True


def save_picture():
    """In the child: everything into files beside, then all in place at once."""
    os.makedirs(persistence.STATE_DIR, exist_ok=True)
    # Lambda deletes code that this picture doesn't name; until the picture is in place, the files before it still do.
    prune, named = lambda_svc._prune_orphan_code_blobs, []
    lambda_svc._prune_orphan_code_blobs = named.append
    written = []
    for name, get_state in app._build_persistence_save_dict().items():
        state = get_state()
        if state is not None and write(name, state):
            written.append(name)
    for name in sorted(written, key=lambda name: name == "lambda"):
        path = os.path.join(persistence.STATE_DIR, f"{name}.json")
        os.replace(f"{path}.autosave", path)
    for referenced in named:
        prune(referenced)


def _child():
    # Only the alarm may end it: the parent's handlers would stop a server that isn't there.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(CHILD_LIMIT_SECONDS)
    # The server's ports must not stay taken should the parent be killed now.
    os.closerange(3, 65536)
    try:
        save_picture()
        os._exit(0)
    except BaseException:
        logger.exception("the state was not saved")
        os._exit(1)


def save():
    """True when the picture is on disk."""
    with warnings.catch_warnings():
        # Python warns of forking with threads. Nothing the child does takes a lock that the emulator's threads hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _child()
    _, status = os.waitpid(pid, 0)
    return status == 0


_saving = threading.Lock()


def _loop():
    pause = INTERVAL_SECONDS
    while True:
        time.sleep(pause)
        with _saving:
            started = time.monotonic()
            if not save():
                logger.error("autosave failed; the files of the save before remain")
            took = time.monotonic() - started
        pause = max(INTERVAL_SECONDS, took * PAUSE_PER_SECOND_OF_SAVING)


def install():
    if not persistence.PERSIST_STATE or INTERVAL_SECONDS <= 0:
        return
    save_all = app.save_all

    def save_at_the_end(services):
        # For good, so that no older picture overtakes the last one. A picture too, as consumers may still run in their
        # threads, and MiniStack's own way leaves out a service that changes while it is copied.
        _saving.acquire()
        if not save():
            save_all(services)

    app.save_all = save_at_the_end
    threading.Thread(target=_loop, daemon=True, name="autosave").start()
