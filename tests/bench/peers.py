#!/usr/bin/env python3
"""renewdesk beside other programs, on the same files and in the same run.

    cargo build --release
    python3 tests/bench/peers.py [--rows 300000] [--runs 3] [--only csv,xlsx,start,search]

Needs what it compares with, and leaves out what is not there: the sqlite3 shell, openpyxl, pandas
with python-calamine, VisiData (`vd`), fzf, and `cargo bench --bench sheet --no-run` for calamine's own
streaming read. Figures are medians of wall times; memory is the most a process and its children held
at one moment, together, looked at every 10 ms (Linux; shared pages count in each). Every measurement
checks that its work was done.
"""
import argparse, glob, json, os, pty, select, shutil, statistics, subprocess, sys, tempfile, threading, time

PROGRAM = os.path.join(os.path.dirname(__file__), "..", "..", "target", "release", "renewdesk")
DAY = "2026-11-22"
HEADER = ("customer country site site_city contract_number quote_number serial instance parent_instance pid "
          "description service_sku service_level service_type line_status start_date end_date ldos "
          "warranty_end ship_date quantity unit_list discount_pct extended_net currency").split()
SHEET = os.path.join(os.path.dirname(PROGRAM), "deps", "sheet-*")
PRODUCTS = [("C9300-24T-E", "CON-SNT-C93002TE", "8x5xNBD", "Catalyst 9300 24-port data only, Network Essentials"),
            ("C9300-48P-A", "CON-SNTP-C93004PA", "24x7x4", "Catalyst 9300 48-port PoE+, Network Advantage"),
            ("FPR1120-NGFW-K9", "CON-SNT-FPR1120N", "8x5xNBD", "Firepower 1120 NGFW appliance, 1U"),
            ("ISR4331/K9", "CON-OSP-ISR4331K", "24x7x4 OS", "ISR 4331 (3GE, 2NIM, 1SM)"),
            ("C9120AXI-E", "CON-SNT-C9120AXE", "8x5xNBD", "Catalyst 9120AX series")]


def rows(count):
    """Coverage lines of 25 columns, ten to a contract, each asset its own."""
    for n in range(count):
        contract, (pid, sku, level, words) = n // 10, PRODUCTS[n * 7 % 5]
        quantity, price, discount = 1 + n % 3, 1240 + n % 97 * 10, 20 + n % 15
        month, day = 1 + contract % 12, 2 + contract % 26
        yield [f"Customer {n // 300:05d}", "DE", f"Site {n // 100:06d}", "Hamburg", str(200000000 + contract), "",
               f"FOC{n:08d}", str(1000000 + n), str(1000000 + n - n % 10), pid, words, sku, level, "Support", "ACTIVE",
               f"2025-{month:02d}-{day:02d}", f"2026-{month:02d}-{day - 1:02d}", "2031-10-31", f"2026-0{1 + n % 9}-15",
               f"2024-0{1 + n % 9}-14", str(quantity), f"{price}.00", str(discount),
               f"{quantity * price * (100 - discount) / 100:.2f}", "USD"]


def csv_file(folder, count):
    path = os.path.join(folder, f"{count}.csv")
    with open(path, "w") as out:
        out.write(",".join(HEADER) + "\n")
        for row in rows(count):
            out.write(",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n")
    return path


def xlsx_file(folder, count):
    import openpyxl
    path = os.path.join(folder, f"{count}.xlsx")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Lines")
    sheet.append(HEADER)
    for row in rows(count):
        sheet.append(row[:20] + [float(cell) for cell in row[20:24]] + row[24:])
    book.save(path)
    return path


def resident(pid):
    """MB a process and its children hold now."""
    try:
        with open(f"/proc/{pid}/statm") as held:
            own = int(held.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return own + sum(resident(child) for child in children.read().split())
    except (OSError, IndexError):
        return 0


def timed(command, runs, before=lambda: None):
    """Median seconds, most MB, last output."""
    times, most, out = [], 0, b""
    for _ in range(runs):
        before()
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        over, seen = threading.Event(), [0]

        def watch():
            while not over.wait(0.01):
                seen.append(resident(child.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        out = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        times.append(time.perf_counter() - begun)
        over.set()
        watcher.join()
        most = max(most, max(seen), used.ru_maxrss / 1e3)
        assert status == 0, command
    return statistics.median(times), most, out


def told(what, seconds, memory, beside=None):
    ratio = f"   {seconds / beside:5.2f} x" if beside else ""
    print(f"  {what:<46} {seconds:8.2f} s {memory:7.0f} MB{ratio}", flush=True)


def gone(*paths):
    for path in paths:
        for end in ("", "-wal", "-shm"):
            if os.path.exists(path + end):
                os.remove(path + end)


def csv_import(folder, count, runs):
    print(f"CSV, {count} lines x {len(HEADER)} columns")
    path, book, bare = csv_file(folder, count), os.path.join(folder, "own.renewdesk"), os.path.join(folder, "bare.db")
    peer = None
    if shutil.which("sqlite3"):
        peer, memory, _ = timed(["sqlite3", bare, ".mode csv", f".import {path} t"], runs, lambda: gone(bare))
        told("sqlite3 .import into one bare table", peer, memory)
    ours = [PROGRAM, "--as-of", DAY, "--book", book, "import", "--json", path]
    first, memory, out = timed(ours, runs, lambda: gone(book))
    assert json.loads(out)["new"] == count
    told("renewdesk import, all new", first, memory, peer)
    again, memory, out = timed(ours, runs)
    assert json.loads(out)["unchanged"] == count
    told("renewdesk import, the same file again", again, memory, first)
    if peer:
        subprocess.run(["sqlite3", bare, "CREATE INDEX s ON t (serial); VACUUM;"], check=True)
        ours, theirs = os.path.getsize(book), os.path.getsize(bare)
        print(f"  book {ours / 1e6:.0f} MB, bare table with one index {theirs / 1e6:.0f} MB: {ours / theirs:.2f} x")
    return path, book


def xlsx_import(folder, count, runs):
    print(f"XLSX, {count} lines x {len(HEADER)} columns")
    path, book = xlsx_file(folder, count), os.path.join(folder, "sheet.renewdesk")
    ours = [PROGRAM, "--as-of", DAY, "--book", book, "import", "--json", path]
    seconds, memory, out = timed(ours, runs, lambda: gone(book))
    assert json.loads(out)["new"] == count
    told("renewdesk import, all new", seconds, memory)
    sheets = [path for path in glob.glob(SHEET) if os.access(path, os.X_OK)]
    if sheets:
        peer, memory, out = timed([max(sheets, key=os.path.getmtime), path], runs)
        assert int(out.split()[0]) == count + 1
        told("calamine's own streaming read, nothing kept", peer, memory)
        print(f"  {seconds / peer:.2f} x as long as calamine's own read")
    read = "import openpyxl; b = openpyxl.load_workbook({0!r}, read_only=True); print(sum(1 for _ in b.active.values))"
    peer, memory, out = timed([sys.executable, "-c", read.format(path)], 1)
    assert int(out) == count + 1
    told("openpyxl, reading only", peer, memory)
    print(f"  {peer / seconds:.1f} x as fast as openpyxl")
    try:
        import pandas, python_calamine  # noqa: F401
    except ImportError:
        return
    read = "import pandas; print(len(pandas.read_excel({0!r}, engine='calamine', dtype=str)))"
    peer, memory, out = timed([sys.executable, "-c", read.format(path)], runs)
    assert int(out) == count
    told("pandas with calamine, reading only", peer, memory)
    print(f"  {peer / seconds:.1f} x as fast as pandas with calamine")


def first_frame(command, wanted, runs):
    """Median seconds from start until `wanted` stands in what a 200 x 60 terminal gets."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        child, end = pty.fork()
        if child == 0:
            os.environ.update(TERM="xterm-256color", COLUMNS="200", LINES="60")
            os.execvp(command[0], command)
        import fcntl, struct, termios
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
        seen = b""
        while wanted not in seen:
            assert time.perf_counter() - begun < 120, "nothing was drawn"
            if select.select([end], [], [], 0.05)[0]:
                more = os.read(end, 65536)
                # what a terminal is asked, it answers: the programs wait for it
                if b"\x1b[6n" in more:
                    os.write(end, b"\x1b[1;1R")
                if b"\x1b[c" in more or b"\x1b[0c" in more:
                    os.write(end, b"\x1b[?62c")
                seen += more
        times.append(time.perf_counter() - begun)
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(end)
    return statistics.median(times)


def start(path, book, runs):
    print("start to the first rows")
    ours = first_frame([PROGRAM, "--as-of", DAY, "--book", book], b"Customer 0", runs)
    print(f"  renewdesk {ours * 1e3:8.0f} ms")
    if shutil.which("vd"):
        peer = first_frame(["vd", path], b"FOC0000", min(runs, 3))
        print(f"  VisiData  {peer * 1e3:8.0f} ms, {ours / peer:.3f} x")


def search(folder, count):
    if not shutil.which("fzf"):
        return
    print("fuzzy search: one pass of fzf --filter over as many renewals")
    path = os.path.join(folder, "terms.txt")
    with open(path, "w") as out:
        for n in range(count):
            out.write(f"Customer {n // 30:05d} {200000000 + n} C9300-24T-E CON-SNT-C93002TE 8x5xNBD\n")
    for words in ("cus", "cust 031", "c9300 2000"):
        seconds, memory, _ = timed(["sh", "-c", f"fzf --filter '{words}' < {path} | head -50"], 5)
        told(f"fzf --filter {words!r}", seconds, memory)
    print("  beside: `cargo bench --bench desk -- search` for the desk's own keys on a book of that size")


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=300000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--only", default="csv,xlsx,start,search")
    asked = asked.parse_args()
    only = asked.only.split(",")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        os.environ["HOME"] = folder
        if "csv" in only or "start" in only:
            path, book = csv_import(folder, asked.rows, asked.runs)
        if "start" in only:
            start(path, book, asked.runs)
        if "xlsx" in only:
            xlsx_import(folder, min(asked.rows, 300000), asked.runs)
        if "search" in only:
            search(folder, max(asked.rows // 10, 100000))


if __name__ == "__main__":
    main()
