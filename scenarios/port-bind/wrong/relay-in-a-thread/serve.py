import asyncio
import threading

import uvicorn


async def pump(source, sink):
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.close()


async def relay(reader, writer):
    backend_reader, backend_writer = await asyncio.open_connection("127.0.0.1", 8001)
    await asyncio.gather(pump(reader, backend_writer), pump(backend_reader, writer))


async def forward():
    server = await asyncio.start_server(relay, "0.0.0.0", 8000)
    await server.serve_forever()


threading.Thread(target=lambda: asyncio.run(forward()), daemon=True).start()
uvicorn.run("appcore.api.app:app", host="127.0.0.1", port=8001)
