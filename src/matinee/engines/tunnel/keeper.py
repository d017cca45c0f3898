"""Keeps the tunnel open: brings it up, watches over it, and calls again, elsewhere if need be, when it falls."""

import asyncio
import contextlib
import logging
import os
import signal
import stat
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from matinee.engines.tunnel.carrier import Carried, Carrier, Lost
from matinee.engines.tunnel.device import make_namespace, remove_namespace
from matinee.engines.tunnel.errand import Porter, who_is_inside
from matinee.engines.tunnel.health import Watch, compare_addresses, prove_shut
from matinee.engines.tunnel.inside import write_room
from matinee.engines.tunnel.names import write_names
from matinee.engines.tunnel.openvpn import OpenVpn
from matinee.engines.tunnel.openvpn_file import OpenVpnConfig
from matinee.engines.tunnel.order import TunnelOrder
from matinee.engines.tunnel.ports import PortKeeper
from matinee.engines.tunnel.sources import Login, Source, login_of
from matinee.engines.tunnel.trial import best_mode
from matinee.engines.tunnel.ways.choice import way_to_ports
from matinee.engines.tunnel.wireguard import WireGuard
from matinee.engines.tunnel.wireguard_file import WireGuardConfig
from matinee.kernel.errors import MatineeError, Refused, Unreachable
from matinee.pipeline.tunnel_port import Mode, TunnelState

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 60.0
_DOWN: dict[str, Any] = {"up": False, "handshake_age": None, "address_inside": "", "address_outside": ""}


class TunnelKeeper:
    """One tunnel. `run` never ends by itself; the room stays when the tunnel falls, and nothing else leads out."""

    def __init__(self, order: TunnelOrder, *, clock: Callable[[], float] = time.time) -> None:
        if not order.sources:
            raise Refused("the tunnel has no configuration: give it the file of your VPN provider")
        self._order, self._clock = order, clock
        self._mode, self._is_chosen = order.mode or Mode.NETNS, order.mode is not None
        self.state = TunnelState(self._mode)
        self.revision = 0
        self._changed = asyncio.Condition()
        self._wake = asyncio.Event()
        self._porter: Porter | None = None
        self._carrier: Carrier | None = None
        self._index = 0
        self._trouble = ""
        self._missing: tuple[str, ...] = ()
        self._on_port: list[Callable[[int], None]] = []

    def on_port(self, listener: Callable[[int], None]) -> None:
        """Call the listener with the new port whenever the provider's far end gives another one; 0 for none."""
        self._on_port.append(listener)

    async def changed_since(self, revision: int, seconds: float) -> int:
        """Wait for news at most so long; the newest revision."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.revision != revision)
        return self.revision

    def release_waiters(self) -> None:
        """Let everybody who waits for news go, before the end."""
        self._releasing = asyncio.create_task(self._news())

    async def want(self, wanted: bool) -> None:
        """Open the tunnel or close it; the room stays shut while it is closed."""
        await self._tell(wanted=wanted)
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; then the device goes, and the room with the last who lives in it."""
        pause = FIRST_PAUSE
        try:
            while True:
                self._wake.clear()
                began = self._clock()
                try:
                    porter = await self._furnish()
                    if self.state.wanted:
                        await self._stay_open(porter)
                    else:
                        await self._stay_shut()
                    pause = FIRST_PAUSE
                    continue
                except Lost as error:
                    words = str(error)
                except MatineeError as error:
                    words = str(error)
                    self._index += 1
                except Exception as error:  # whatever happens, the room stays shut and is opened again later
                    log.exception("the tunnel fell")
                    words = type(error).__name__
                pause = FIRST_PAUSE if self._clock() - began > LONGEST_PAUSE else pause
                self._trouble = words
                log.warning("the tunnel is down: %s; opened again in %.1f s", words, pause)
                await self._tell(**_DOWN, words=words, reconnections=self.state.reconnections + 1)
                await self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            await self._leave()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _furnish(self) -> Porter:
        """The room, with somebody inside and its second wall."""
        if self._porter and self._porter.is_there:
            return self._porter
        await self._empty()
        order = self._order
        if not self._is_chosen:
            self._mode, self._is_chosen = await best_mode(), True
            await self._tell(mode=self._mode)
        order.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if order.folder.stat().st_mode & stat.S_IWOTH:
            raise Refused(f"{order.folder} can be written by everybody on this machine: run chmod o-w on it")
        write_names(order.names, ())
        rooted = self._mode is Mode.NETNS
        if rooted:
            await asyncio.to_thread(make_namespace, order.namespace)
        namespace = order.namespace if rooted else ""
        self._porter = porter = Porter(order.names, namespace)
        await porter.open()
        missing = await porter.call("build_wall", name=order.device)
        if missing:
            log.warning("%s", missing)
        self._missing = tuple(filter(None, (missing,)))
        await self._tell(notes=self._missing)
        await prove_shut(porter, order.device)
        write_room(order.room, porter.room)
        return porter

    async def _empty(self) -> None:
        """A room without root ends with its porter: who is still in the old one is sent out, to be started anew."""
        if self._porter is None:
            return
        inode = self._porter.inode
        await self._hang_up()
        await self._porter.close()
        self._porter = None
        if self._mode is Mode.ROOTLESS and inode:
            for pid in who_is_inside(inode):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGTERM)

    async def _stay_open(self, porter: Porter) -> None:
        """Call the far end and watch over it; returns when something else is wanted."""
        source = self._order.sources[self._index % len(self._order.sources)]
        config, version = source.read()
        for note in config.notes:
            log.info("%s", note)
        again = f" again, because {self._trouble}" if self._trouble else ""
        notes = (*self._missing, *config.notes)
        await self._tell(words=f"{config.name} is called{again}", config=config.name, up=False, notes=notes)
        carrier = await self._carrier_for(config, porter)
        carried = await carrier.apply(config)
        write_names(self._order.names, carried.dns or source.dns)
        shape = {"addresses": carried.addresses, "networks": carried.networks, "mtu": carried.mtu}
        await porter.call("shape", name=carrier.device, **shape)
        watch = Watch(carrier, porter, self._order, self._clock)
        await watch.first_handshake()
        self._trouble = ""
        await self._tell(up=True, words=f"{config.name} is up", since=self._clock(), **await watch.look())
        log.info("the tunnel is up: %s", config.name)
        work = [self._watch(watch, source, version)]
        if self._order.probe:
            work.append(self._compare(watch))
        if self._order.forwards_port:
            work.append(self._hold_ports(source, login_of(source, config), carried, porter))
        await _first_to_end(*work)

    async def _hold_ports(self, source: Source, login: Login, carried: Carried, porter: Porter) -> None:
        try:
            way = way_to_ports(source.port, login, carried, porter, self._order.folder)
        except Refused as error:
            log.warning("no port is asked for: %s", error)
            await self._tell(port_words=str(error))
            await asyncio.Event().wait()  # the tunnel is good without a port
        else:
            await PortKeeper(way, self._ports_are).run()

    async def _watch(self, watch: Watch, source: Source, version: object) -> None:
        while self.state.wanted and source.version() == version:
            await self._rest(self._order.pace)
            await self._tell(**await watch.look())

    async def _compare(self, watch: Watch) -> None:
        """The egress probe: from inside we must not be seen as the house."""
        while True:
            try:
                inside, outside = await compare_addresses(watch.porter, self._order.probe)
                await self._tell(address_inside=inside, address_outside=outside)
            except Unreachable as error:
                log.warning("the egress probe: %s", error)
            await asyncio.sleep(self._order.probe_every)

    async def _ports_are(self, ports: tuple[int, ...], words: str) -> None:
        port, before = ports[0] if ports else 0, self.state.port
        await self._tell(port=port, ports=ports, port_words=words)
        for listener in self._on_port if port != before else ():
            listener(port)

    async def _carrier_for(self, config: WireGuardConfig | OpenVpnConfig, porter: Porter) -> Carrier:
        kind: type[Any] = WireGuard if isinstance(config, WireGuardConfig) else OpenVpn
        if self._carrier is None or not isinstance(self._carrier, kind):
            await self._hang_up()
            namespace = self._order.namespace if self._mode is Mode.NETNS else ""
            more = {"kernel": self._order.kernel} if kind is WireGuard else {"folder": self._order.folder}
            self._carrier = kind(self._order.device, porter, namespace, **more)
        carrier: Carrier = self._carrier
        return carrier

    async def _stay_shut(self) -> None:
        await self._hang_up()
        await self._tell(**_DOWN, words="the tunnel is closed at the owner's wish")
        await self._wake.wait()

    async def _leave(self) -> None:
        await self._hang_up()
        if self._porter:
            await self._porter.close()
        self._order.room.unlink(missing_ok=True)
        if self._mode is Mode.NETNS:
            await asyncio.to_thread(remove_namespace, self._order.namespace)

    async def _hang_up(self) -> None:
        if self._carrier:
            with contextlib.suppress(MatineeError, OSError):
                await self._carrier.close()
        self._carrier = None

    async def _tell(self, **news: Any) -> None:
        state = replace(self.state, **news)
        if state != self.state:
            self.state = state
            await self._news()

    async def _news(self) -> None:
        async with self._changed:
            self.revision += 1
            self._changed.notify_all()


async def _first_to_end(*work: Coroutine[Any, Any, None]) -> None:
    """Do all at once until one of them ends, with its error if it has one."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
