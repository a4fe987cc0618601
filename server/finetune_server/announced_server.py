"""The web server of the command: it says where it answers as soon as that is true."""

import socket

import uvicorn


class AnnouncedServer(uvicorn.Server):
    """Prints the `announcement` when its port is open."""

    def __init__(self, config: uvicorn.Config, announcement: str):
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._announcement, flush=True)
