import asyncio
import unittest

import mqtt_tls


class Paused(asyncio.Protocol):
    """As MiniStack's acceptor: pauses at once, and what comes nevertheless is lost."""

    lost = b""

    def connection_made(self, transport):
        transport.pause_reading()

    def data_received(self, data):
        type(self).lost += data


async def what_is_lost(protocol):
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"ClientHello")
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
    return protocol.lost


class FirstConnection(unittest.TestCase):
    def test_reads_nothing_before_it_is_told_to(self):
        class Later(Paused):
            connection_made = mqtt_tls.made_a_turn_later(Paused.connection_made)

        self.assertEqual(asyncio.run(what_is_lost(Later)), b"")


if __name__ == "__main__":
    unittest.main()
