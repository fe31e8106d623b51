"""Pictures a second of the reader, decoding and its bounds included, against the two libraries alone."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from statistics import median

import numpy as np
import zxingcpp
from PIL import Image
from rapidocr_onnxruntime import RapidOCR

from crawlers.pictures.reading import Reader

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.crawlers.pictures.drawing import sixty

ROUNDS = 3


def alone() -> Callable[[bytes], object]:
    """RapidOCR for text and ZXing for codes, given the picture as it is; one thread, as the reader has it."""
    ocr = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
    codes = zxingcpp.barcode_formats_from_str("QRCode")

    def work(data: bytes) -> object:
        image = np.asarray(Image.open(BytesIO(data)).convert("RGB"))[:, :, ::-1]
        return ocr(image), zxingcpp.read_barcodes(np.ascontiguousarray(image), formats=codes)

    return work


def _seconds(work: Callable[[bytes], object], pictures: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for data in pictures:
        work(data)
    return time.perf_counter() - began


def main() -> None:
    """The same pictures by both, in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute")
    pictures = [drawn.data for drawn in sixty()][: 12 if parser.parse_args().quick else None]
    reader, thread, bare = Reader(), ThreadPoolExecutor(1), alone()
    works: list[Callable[[bytes], object]] = [
        lambda data: reader.read("", data),
        lambda data: thread.submit(bare, data).result(),
    ]
    taken: list[list[float]] = [[] for _ in works]
    for work in works:
        work(pictures[0])  # the models are loaded
    for _ in range(ROUNDS):
        for work, times in zip(works, taken, strict=True):
            times.append(_seconds(work, pictures))
    ours, theirs = (median(times) / len(pictures) for times in taken)
    reader.close()
    thread.shutdown()
    print(f"a picture: {ours * 1000:.0f} ms ({1 / ours:.1f} a second); the libraries alone {theirs * 1000:.0f} ms")
    print(f"ratio pictures {theirs / ours:.3f}")


if __name__ == "__main__":
    main()
