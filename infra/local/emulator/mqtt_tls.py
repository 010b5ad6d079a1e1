"""A device's first connection is answered on every Python; with MiniStack 1.5.33 it hangs before Python 3.11.3.

MiniStack pauses a connection as soon as it is made, so that the ClientHello waits until TLS takes over. Pythons before 3.11.3 start to read
after that nevertheless (`_SelectorTransport._add_reader`), so that the ClientHello of whoever comes while the certificate is being made is
thrown away. One turn of the loop later there is something to pause. Delete when Python 3.11.3 is the oldest that the platform runs on.
"""

import asyncio

from ministack.services import iot


def made_a_turn_later(made):
    def connection_made(protocol, transport):
        asyncio.get_running_loop().call_soon(made, protocol, transport)

    return connection_made


def install():
    iot._MtlsAcceptor.connection_made = made_a_turn_later(iot._MtlsAcceptor.connection_made)
