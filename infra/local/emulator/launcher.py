"""Starts MiniStack with what it lacks, and ends it with its parent.

`python launcher.py`, settings by environment as MiniStack's own, and AUTOSAVE_SECONDS. It leads a process group, so that
one signal to the group ends the workers of Lambda functions too.
"""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time

PARENT_LOOK_SECONDS = 0.5
# Functions that run get so long to finish before the server closes.
DRAIN_SECONDS = 5
# As long as an emulator before this one may take to save its state.
LOCK_WAIT_SECONDS = 15
EXIT_STATE_IN_USE = 75

# Reads until the emulator is gone, however it went, then ends what it left behind in its group: workers whose function
# holds a timer or a connection open don't end by themselves.
GUARD = """
import os, signal, sys
sys.stdin.buffer.read()
try:
    os.killpg(int(sys.argv[1]), signal.SIGKILL)
except ProcessLookupError:
    pass
"""


def lead_process_group():
    try:
        os.setpgid(0, 0)
    except PermissionError:
        pass  # Already the leader of its session, hence of its group.


def start_guard():
    """In a session of its own, or it would end with the group it watches."""
    reading, _writing = os.pipe()
    # The writing end stays open until this process is gone, however it goes; no child inherits it.
    subprocess.Popen(
        [sys.executable, "-c", GUARD, str(os.getpgrp())],
        stdin=reading,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(reading)


def stop_with_parent():
    """In order, so that nothing is lost. Looking now and then works on every Unix; PR_SET_PDEATHSIG only on Linux."""
    parent = os.getppid()

    def look():
        while os.getppid() == parent:
            time.sleep(PARENT_LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=look, daemon=True, name="parent-watch").start()


def lock_state():
    """Two emulators on one folder would save over each other. The lock ends with the process, however it ends."""
    folder = os.environ.get("STATE_DIR")
    if not folder:
        return None
    os.makedirs(folder, exist_ok=True)
    lock = open(os.path.join(folder, "lock"), "w")
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError:
            if time.monotonic() > deadline:
                print(f"{folder}: another emulator uses this state", file=sys.stderr)
                sys.exit(EXIT_STATE_IN_USE)
            time.sleep(0.1)


def drain_before_stop(drain):
    """Between the signal to stop and the closing of the server."""
    import hypercorn.asyncio

    serve = hypercorn.asyncio.serve

    async def stopped():
        asked = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, asked.set)
        await asked.wait()
        await asyncio.to_thread(drain, DRAIN_SECONDS)

    hypercorn.asyncio.serve = lambda app, config: serve(app, config, shutdown_trigger=stopped)


def main():
    lead_process_group()
    lock = lock_state()
    start_guard()
    stop_with_parent()
    import autosave
    import dynamodb_streams
    import iot_kinesis_action
    import mqtt_tls
    import object_lock
    import permissions
    import queue_batches
    import step_functions
    import stream_event_source
    import template_properties
    import usage_metrics
    import warm_invocation
    from ministack import app

    for addition in (
        iot_kinesis_action,
        mqtt_tls,
        stream_event_source,
        dynamodb_streams,
        object_lock,
        permissions,
        queue_batches,
        step_functions,
        template_properties,
        usage_metrics,
        warm_invocation,
        autosave,
    ):
        addition.install()
    drain_before_stop(stream_event_source.drain)
    sys.argv = ["ministack"]
    app.main()
    if lock:
        lock.close()


if __name__ == "__main__":
    main()
