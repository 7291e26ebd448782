"""The inspector: sees a learner's container from the engine's own process namespace.

It reads /proc, where nothing in an image can lie, and signals, freezes and injects processes. It has no network.
"""
import ctypes
import itertools
import json
import os
import select
import signal
import stat
import time

import agent
import http_probe
import proc_text

_libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET, CLONE_NEWPID = 0x40000000, 0x20000000
_ticks_per_second = os.sysconf("SC_CLK_TCK")
# The system call that compares what two threads have, which the C library has no function for.
KCMP = {"x86_64": 312, "aarch64": 272}
KCMP_FILES = 2
MAX_PROCESSES = 512
MAX_ARGUMENTS_BYTES = 4096
# Most of it are the groups of a process, of which the kernel allows 65 536: a status cut short would hide the process.
MAX_STATUS_BYTES = 1 << 20
# The groups of a hundred threads would fill the memory of this container.
KEPT_OF_STATUS = ("Name", "State", "NStgid", "PPid", "Uid", "CapEff")
# Open files of one process that are looked at; containers may have no more.
MOST_OPEN = 4096
# The kernel allows a process fewer mappings than that.
MOST_MAPPED = 65536


def _read(path, most=65536):
    with open(path, "rb") as file:
        return file.read(most)


def _namespace(pid, kind):
    return os.readlink(f"/proc/{pid}/ns/{kind}")


def _uptime():
    return float(_read("/proc/uptime").split()[0])


def _members(init_pid):
    """Host pids of all processes in the process namespace of `init_pid`, zombies too."""
    wanted = _namespace(init_pid, "pid")
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            if _namespace(entry, "pid") == wanted:
                yield int(entry)
        except OSError:
            continue  # it has ended meanwhile


def _threads(pid):
    """
    Folders of a process's threads. Each may have rights and open files of its own, and the first may end before others.
    """
    return [f"/proc/{thread}" for thread in os.listdir(f"/proc/{pid}/task")]


def _statuses(pid):
    """The status of each thread that lives, by its folder; of a process that has ended that of its first one."""
    found = {}
    for folder in _threads(pid):
        try:
            fields = proc_text.status_fields(_read(f"{folder}/status", MAX_STATUS_BYTES))
            found[folder] = {key: fields[key] for key in KEPT_OF_STATUS}
        except OSError:
            continue  # it has ended meanwhile
    living = {folder: status for folder, status in found.items() if status["State"][:1] not in ("Z", "X")}
    first = f"/proc/{pid}"
    return living or {first: found[first]}


def _process(pid, uptime):
    ticks = proc_text.start_ticks(_read(f"/proc/{pid}/stat"))
    statuses = _statuses(pid)
    folder, status = next(iter(statuses.items()))
    # A process may do what any thread of it may do.
    uids = [[int(uid) for uid in each["Uid"].split()] for each in statuses.values()]
    capabilities = 0
    for each in statuses.values():
        capabilities |= int(each["CapEff"], 16)
    return {
        "hostPid": pid,
        "startTicks": ticks,
        "pid": int(status["NStgid"].split()[-1]),
        "hostParentPid": int(status["PPid"]),
        "state": status["State"][:1],
        "uids": next((each for each in uids if 0 in each), uids[0]),
        "effectiveCapabilities": f"{capabilities:016x}",
        "name": status["Name"],
        "argv": proc_text.arguments(_read(f"{folder}/cmdline", MAX_ARGUMENTS_BYTES)),
        "ageMs": max(0, uptime - ticks / _ticks_per_second) * 1000,
    }


def processes(pid):
    uptime = _uptime()
    found = []
    for member in _members(pid):
        if len(found) >= MAX_PROCESSES:
            break
        try:
            found.append(_process(member, uptime))
        except (OSError, KeyError):
            continue  # it has ended meanwhile
    inside = {process["hostPid"]: process["pid"] for process in found}
    for process in found:
        process["parentPid"] = inside.get(process.pop("hostParentPid"), 0)
    return sorted(found, key=lambda process: process["pid"])


def _links(folder, most):
    """Each entry of a folder of the kernel's links: the way to it, and what the kernel calls it."""
    try:
        names = os.listdir(folder)[:most]
    except OSError:
        return  # it has ended meanwhile
    for name in names:
        try:
            yield f"{folder}/{name}", os.readlink(f"{folder}/{name}")
        except OSError:
            continue  # it was closed meanwhile


def _shares_open_files(one, other):
    """Whether two threads have one table of open files, as nearly all have."""
    number = KCMP.get(os.uname().machine)
    return number is not None and _libc.syscall(number, int(one), int(other), KCMP_FILES, 0, 0) == 0


def _open_files(pid):
    """
    What the threads of a process hold open. Each table is looked at once: with a hundred threads it would take a
    hundred times as long otherwise.
    """
    try:
        threads = _threads(pid)
    except OSError:
        return  # it has ended meanwhile
    looked_at = []
    for folder in threads:
        thread = os.path.basename(folder)
        if any(_shares_open_files(thread, other) for other in looked_at):
            continue
        looked_at.append(thread)
        yield from _links(f"{folder}/fd", MOST_OPEN)


def _mapped_files(pid):
    """What is mapped into the memory of a process, which its threads share."""
    try:
        threads = _threads(pid)
    except OSError:
        return  # it has ended meanwhile
    for folder in threads:
        links = list(_links(f"{folder}/map_files", MOST_MAPPED))
        if links:
            yield from links
            return


def _socket_owners(pid):
    """Socket inode -> processes of the container that hold it."""
    owners = {}
    for process in processes(pid):
        for _, target in _open_files(process["hostPid"]):
            if target.startswith("socket:["):
                holders = owners.setdefault(target[8:-1], [])
                if process not in holders:
                    holders.append(process)
    return owners


def sockets(pid):
    """The container's TCP tables as the kernel writes them, with owners; the worker decodes addresses."""
    owners = _socket_owners(pid)
    rows = []
    for family in ("tcp", "tcp6"):
        try:
            table = _read(f"/proc/{pid}/net/{family}", 1 << 20)
        except OSError:
            continue
        for local, remote, state, inode in itertools.islice(proc_text.socket_rows(table), 4096):
            if state in ("01", "08", "0A"):
                rows.append({
                    "family": family, "local": local, "remote": remote, "state": state,
                    "owners": owners.get(inode, []),
                })
    return rows


def signal_processes(targets, number):
    """Signals each target that still is the process meant; tells how many were."""
    done = 0
    for target in targets:
        try:
            handle = os.pidfd_open(target["hostPid"])
        except OSError:
            continue
        try:
            # The handle is taken first: a pid that has changed hands since shows another start time.
            if proc_text.start_ticks(_read(f"/proc/{target['hostPid']}/stat")) == target["startTicks"]:
                signal.pidfd_send_signal(handle, number)
                done += 1
        except OSError:
            pass
        finally:
            os.close(handle)
    return done


def _enter(pid, kind, flag):
    handle = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
    try:
        if _libc.setns(handle, flag) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)


def _in_child(work, timeout_s):
    """Runs `work` in a forked process, which may enter namespaces, and gives back what it returned as JSON."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 0
        try:
            os.write(writer, json.dumps({"result": work()}).encode())
        except BaseException as error:
            os.write(writer, json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
            code = 1
        os._exit(code)
    os.close(writer)
    signal_at = time.monotonic() + timeout_s
    data = b""
    try:
        while True:
            left = signal_at - time.monotonic()
            if left <= 0 or not select.select([reader], [], [], left)[0]:
                raise TimeoutError("the work inside of the container didn't end")
            more = os.read(reader, 65536)
            if not more:
                break
            data += more
    finally:
        os.close(reader)
        try:
            os.kill(child, signal.SIGKILL)
        except OSError:
            pass
        os.waitpid(child, 0)
    answer = json.loads(data)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["result"]


def inject_orphans(pid, count, life_ms):
    """Makes `count` processes whose parent ends at once, so that they fall to the container's process 1."""

    def work():
        _enter(pid, "pid", CLONE_NEWPID)
        parent = os.fork()
        if parent == 0:
            for _ in range(count):
                if os.fork() == 0:
                    # It must hold nothing of the inspector's: an open pipe would keep `_in_child` waiting.
                    os.closerange(0, 1024)
                    time.sleep(life_ms / 1000)
                    os._exit(0)
            os._exit(0)
        os.waitpid(parent, 0)
        return count

    return _in_child(work, 5)


def request_inside(pid, address, port, probe):
    def work():
        _enter(pid, "net", CLONE_NEWNET)
        return http_probe.request(address, port, probe)

    return _in_child(work, probe["timeoutMs"] / 1000 + 2)


CGROUP = "/sys/fs/cgroup"
# What `statfs` says of tmpfs, of huge pages and of ramfs.
IN_MEMORY = (0x01021994, 0x958458F6, 0x858458F6)


def _builds(controller):
    """
    The folder of the group in which the engine runs its build steps: the engine puts it beside its containers', so
    beside our own. Inside an engine that is a container itself the mounted tree begins at that container, and the
    path, which the kernel tells from the machine's root, is too long in front. None where there is no such place.
    """
    unified = not os.path.isdir(f"{CGROUP}/{controller}")
    for line in _read("/proc/self/cgroup").decode().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers != "" if unified else controller not in controllers.split(","):
            continue
        root = CGROUP if unified else f"{CGROUP}/{controller}"
        parent = os.path.dirname(path)
        for place in (f"{root}{parent}", f"{root}/{os.path.basename(parent)}"):
            if place.rstrip("/") != root and os.path.isdir(place):
                return f"{place}/buildkit"
    return None


def limit_builds(memory_bytes, processes):
    """Holds all build steps together to these limits, by the engine's build cgroup; tells which files were written."""
    wanted = {"memory": ("memory.limit_in_bytes", "memory.max", memory_bytes), "pids": ("pids.max", "pids.max", processes)}
    written = []
    for controller, (v1, v2, value) in wanted.items():
        folder = _builds(controller)
        if folder is None:
            continue
        os.makedirs(folder, exist_ok=True)
        for path in {f"{folder}/{v1}", f"{folder}/{v2}"}:
            if os.path.exists(path):
                with open(path, "w") as file:
                    file.write(str(value))
                written.append(path)
    return written


def build_memory_kills():
    """
    A number that grows whenever the kernel kills a build step for memory. Version 1 of cgroups counts kills in
    the step's own group alone, which is gone by then; what the group of all builds counts is how often memory
    was asked for above its limit.
    """
    folder = _builds("memory")
    try:
        return int(_read(f"{folder}/memory.failcnt"))
    except OSError:
        pass
    try:
        for line in _read(f"{folder}/memory.events").decode().splitlines():
            key, _, value = line.partition(" ")
            if key == "oom_kill":
                return int(value)
    except OSError:
        pass
    return 0


def build_processes():
    """Processes in the group of all builds; 0 where the group can't be seen."""
    try:
        return int(_read(f"{_builds('pids')}/pids.current"))
    except OSError:
        return 0


def runnable():
    """Runnable processes of the machine a moment ago, and its cores: says whether time limits can be believed."""
    return {"runnable": int(_read("/proc/loadavg").split()[3].split(b"/")[0]), "cores": os.cpu_count() or 1}


def free_bytes():
    """Bytes left where the engine keeps images and containers: our own root lies there too."""
    root = os.statvfs("/")
    return root.f_bavail * root.f_frsize


def _lies_in_memory(path):
    """By the kind of its file system: a file on disk can be called as one in memory is."""
    found = ctypes.create_string_buffer(256)
    if _libc.statfs(path.encode(), found) != 0:
        raise OSError(ctypes.get_errno(), path)
    return ctypes.c_uint32.from_buffer(found).value in IN_MEMORY


def deleted_bytes(pid):
    """Bytes on disk of files that a container's processes hold open or mapped and that have no name any more."""
    seen = {}
    for member in _members(pid):
        for path, target in itertools.chain(_open_files(member), _mapped_files(member)):
            if not target.endswith(" (deleted)"):
                continue
            try:
                status = os.stat(path)
                # What lies in memory is counted there.
                if stat.S_ISREG(status.st_mode) and not _lies_in_memory(path):
                    seen[(status.st_dev, status.st_ino)] = status.st_blocks * 512
            except OSError:
                continue  # it was closed meanwhile
    return sum(seen.values())


agent.serve({
    "processes": processes, "sockets": sockets, "signal": signal_processes, "injectOrphans": inject_orphans,
    "requestInside": request_inside, "limitBuilds": limit_builds, "buildMemoryKills": build_memory_kills,
    "buildProcesses": build_processes, "runnable": runnable, "freeBytes": free_bytes, "deletedBytes": deleted_bytes,
})
