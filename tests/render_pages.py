"""Make pictures of a document's pages, to be looked at: what no test sees.

    python tests/render_pages.py REPORT.docx FOLDER

needs LibreOffice and poppler (Debian: apt install libreoffice-writer fonts-noto-cjk poppler-utils). The fonts that
official documents ask for (方正小标宋, 仿宋_GB2312, 楷体_GB2312) are not free; where they are missing, the pictures
show what stands in for them, and lines may end elsewhere than in an office.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def to_pdf(document: Path, folder: Path, seconds: int = 120) -> Path:
    """Convert a document by LibreOffice, with a profile of its own, and return the PDF file."""
    with tempfile.TemporaryDirectory() as profile:
        program = shutil.which("soffice") or "soffice"
        where = f"-env:UserInstallation={Path(profile).as_uri()}"
        command = [program, where, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(document)]
        subprocess.run(command, check=True, capture_output=True, timeout=seconds)
    return folder / f"{document.stem}.pdf"


def main() -> None:
    document, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    pdf = to_pdf(document, folder)
    subprocess.run(["pdftoppm", "-r", "80", "-png", pdf, folder / document.stem], check=True)
    print(f"{pdf} and one PNG for each page in {folder}")  # noqa: T201


if __name__ == "__main__":
    main()
