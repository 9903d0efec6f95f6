"""How fast crossfoot is: throughput on distinct documents, growth, memory, start-up.

    speed.py                            invented reports, all different, about 4 MB of them
    speed.py --megabytes 20             more of them
    speed.py FOLDER                     the *.txt and *.md files of a folder instead
    speed.py --peer PYTHON              quantulum3 in another Python, when it is not installed in this one

Throughput and growth are those of one process, in processor seconds, net of start-up (the cost of one document). What
several processes gain, and start-up against the bare imports, are interleaved medians of the clock, so that a busy
machine disturbs both alike.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

AUDIT = [sys.executable, "-m", "audit"]
IMPORTS = [sys.executable, "-c", "import pandas, pandera.pandas"]
QUANTULUM = (
    "import sys; from quantulum3 import parser\nfor f in sys.argv[1:]: parser.parse(open(f, encoding='utf-8').read())"
)
PLACES = ["Bình Hòa", "Đông Thạnh", "Long Phú", "Mỹ An", "Phước Lộc", "Tân Quới", "Thạnh Lợi", "Vĩnh Trinh"]
SERVICES = ["đăng ký kinh doanh", "hộ tịch", "đất đai", "xây dựng", "bảo trợ xã hội", "cấp phép lái xe"]
TAXES = ["thuế giá trị gia tăng", "lệ phí trước bạ", "tiền sử dụng đất", "thuế môn bài", "phí bảo vệ môi trường"]
CROPS = ["lúa Hè Thu", "ngô lai", "đậu xanh", "khoai lang", "mía", "dưa hấu"]


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds, processor seconds, and peak memory in MB."""

    seconds: float
    processor: float
    megabytes: float


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def decimal(number: float, digits: int) -> str:
    return f"{number:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def fraction(rng: random.Random) -> str:
    whole = rng.randint(2_000, 90_000)
    done = rng.randint(whole // 3, whole)
    return (
        f"Bộ phận một cửa giải quyết {grouped(done)}/{grouped(whole)} hồ sơ {rng.choice(SERVICES)}, "
        f"đạt {decimal(100 * done / whole, 2)}%."
    )


def change(rng: random.Random) -> str:
    before, more = rng.randint(10_000, 400_000), rng.randint(500, 9_000)
    return (
        f"Số thu {rng.choice(TAXES)} ước đạt {grouped(before + more)} triệu đồng, tăng {grouped(more)} triệu đồng, "
        f"tương đương {decimal(100 * more / before, 2)}% so với cùng kỳ."
    )


def parts(rng: random.Random) -> str:
    areas = [rng.randint(1_000, 99_999) for _ in range(3)]
    names = rng.sample(PLACES, 3)
    listed = ", ".join(f"xã {name} {decimal(area / 10, 1)} ha" for name, area in zip(names, areas, strict=True))
    return f"Diện tích {rng.choice(CROPS)} {decimal(sum(areas) / 10, 1)} ha, gồm {listed}."


def difference(rng: random.Random) -> str:
    now, less = rng.randint(20, 400), rng.randint(2, 19)
    return f"Số vụ vi phạm giảm từ {now + less} vụ xuống còn {now} vụ, giảm {less} vụ so với năm trước."


def shares(rng: random.Random) -> str:
    first, second = rng.randint(1_000, 4_500), rng.randint(1_000, 4_500)
    third = 10_000 - first - second
    a, b, c = (decimal(share / 100, 2) for share in (first, second, third))
    return f"Cơ cấu lao động xã {rng.choice(PLACES)}: nông nghiệp {a}%; công nghiệp {b}%; dịch vụ {c}%."


def alone(rng: random.Random) -> str:
    return (
        f"Xã {rng.choice(PLACES)} đã vận động được {rng.randint(12, 900)} triệu đồng, sửa chữa {rng.randint(2, 40)} km "
        f"đường và tặng {rng.randint(50, 999)} suất quà cho gia đình chính sách, hộ nghèo trên địa bàn."
    )


def prose(rng: random.Random) -> str:
    """No figures: half of a real report is words alone."""
    return (
        f"Ủy ban nhân dân xã {rng.choice(PLACES)} phối hợp với các ngành, đoàn thể đẩy mạnh tuyên truyền, "
        f"hướng dẫn người dân thực hiện thủ tục {rng.choice(SERVICES)} qua mạng, kịp thời tháo gỡ vướng mắc "
        f"trong sản xuất {rng.choice(CROPS)} và chủ động các phương án phòng, chống thiên tai trong mùa mưa bão."
    )


SENTENCES: Sequence[Callable[[random.Random], str]] = (
    fraction,
    change,
    parts,
    difference,
    shares,
    alone,
    alone,
    prose,
    prose,
)


def invented(seed: int) -> str:
    """A report of 8 to 80 sentences, as dense in figures as real ones; one sentence in a hundred has a misprint."""
    rng = random.Random(seed)
    lines = [f"BÁO CÁO SỐ {seed + 1}", ""]
    for _ in range(rng.randint(4, 20)):
        sentences = [rng.choice(SENTENCES)(rng) for _ in range(rng.randint(2, 4))]
        if rng.random() < 0.03:
            sentences[-1] = sentences[-1].replace("1", "7", 1)
        lines += [" ".join(sentences), ""]
    return "\n".join(lines)


def invent(folder: Path, megabytes: float) -> list[Path]:
    """Write distinct reports until there are enough of them."""
    files: list[Path] = []
    size = 0
    while size < megabytes * 1e6:
        files.append(folder / f"report-{len(files):05d}.txt")
        size += files[-1].write_bytes(invented(len(files)).encode())
    return files


def timed(command: Sequence[str]) -> Run:
    """Run a command to its end. Findings (exit status 1) are no failure."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    if process.returncode not in (0, 1) or "Traceback" in said:
        sys.exit(f"{' '.join(command[:5])} ended with status {process.returncode}\n{said[-1000:]}")
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak)


def best(command: Sequence[str], times: int = 2) -> Run:
    return min((timed(command) for _ in range(times)), key=lambda run: run.processor)


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """Median seconds of each command, the commands taking turns."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seconds[name].append(timed(command).seconds)
    return {name: statistics.median(values) for name, values in seconds.items()}


def megabytes(files: Sequence[Path]) -> float:
    return sum(file.stat().st_size for file in files) / 1e6


def throughput(files: Sequence[Path]) -> list[str]:
    """Speed, growth and memory from a quarter of the files to all of them."""

    def check(some: Sequence[Path]) -> list[str]:
        return [*AUDIT, "check", "--format", "jsonl", "--jobs", "1", *map(str, some)]

    quarter = files[::4]
    timed(check(files[:1]))  # bytecode and file cache
    one, some, all_ = best(check(files[:1]), 3), best(check(quarter)), best(check(files))
    net_some, net_all = some.processor - one.processor, all_.processor - one.processor
    rate, rate_some = megabytes(files) / net_all, megabytes(quarter) / net_some
    every = interleaved({"one": check(files), "all": [*AUDIT, "check", "--format", "jsonl", *map(str, files)]}, 3)
    gained = every["all"] / every["one"]
    return [
        f"documents      {len(files)}, all different, {megabytes(files):.2f} MB of text",
        f"throughput     {rate:.2f} MB/s, {len(files) / net_all:.0f} documents/s in one process, net of start-up",
        f"processors     {os.cpu_count()}: all documents in {gained:.2f} of the time, start-up included",
        f"growth         cost a megabyte {rate_some / rate:.2f} times that of a quarter of the documents",
        f"peak memory    {one.megabytes:.0f} MB one, {some.megabytes:.0f} MB a quarter, {all_.megabytes:.0f} MB all",
    ]


def start_up(report: Path, rounds: int) -> list[str]:
    """Whole processes against the bare imports of pandas and pandera."""
    times = interleaved(
        {
            "imports": IMPORTS,
            "check": [*AUDIT, "check", str(report)],
            "--help": [*AUDIT, "--help"],
            "rules": [*AUDIT, "rules"],
        },
        rounds,
    )
    bare = times.pop("imports")
    return [
        f"bare imports   {1000 * bare:.0f} ms (pandas, pandera)",
        *(f"{name:15s}{1000 * t:.0f} ms = {t / bare:.2f} times the imports" for name, t in times.items()),
    ]


def peer(python: str, files: Sequence[Path]) -> list[str]:
    """quantulum3 on a few of the documents: it extracts figures and checks nothing."""
    if subprocess.run([python, "-c", "import quantulum3"], capture_output=True).returncode:
        return ["quantulum3     not installed (pip install quantulum3, or --peer PYTHON)"]
    few = files[:20]
    empty, full = best([python, "-c", QUANTULUM]), best([python, "-c", QUANTULUM, *map(str, few)])
    rate = megabytes(few) / (full.processor - empty.processor)
    return [f"quantulum3     {rate:.3f} MB/s for extraction alone ({len(few)} of the documents)"]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", nargs="?", type=Path)
    ask.add_argument("--megabytes", type=float, default=4.0, help="how much text to invent")
    ask.add_argument("--report", type=Path, help="the report for start-up; default: the largest document")
    ask.add_argument("--rounds", type=int, default=7, help="rounds of the start-up measurement")
    ask.add_argument("--peer", default=sys.executable, metavar="PYTHON", help="a Python that has quantulum3")
    chosen = ask.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        if chosen.folder:
            files = sorted(file for file in chosen.folder.rglob("*") if file.suffix in (".txt", ".md"))
        else:
            files = invent(Path(temporary), chosen.megabytes)
        if len(files) < 8:
            ask.error("at least 8 documents are needed")
        report = chosen.report or max(files, key=lambda file: file.stat().st_size)
        for lines in (throughput(files), start_up(report, chosen.rounds), peer(chosen.peer, files)):
            print("\n".join(lines), flush=True)


if __name__ == "__main__":
    main()
