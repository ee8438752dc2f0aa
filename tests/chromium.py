"""Chromium for tests: found, started away from every network, and asked what it saw."""

import json
import os
import shutil
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

AXE = Path(__file__).parent / "axe-core" / "axe.min.js"
HOW_TO_GET_IT = "needs Chromium and its driver; on Debian and Ubuntu: apt-get install chromium chromium-driver"
# Nothing of its own to say to anybody, and no name that leads anywhere.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


class Browser:
    """A page in Chromium."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> None:
        """Show a page; `width` in CSS pixels, a phone below 500."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.command("Emulation.setDeviceMetricsOverride", **size)
        self.command("Emulation.setEmulatedMedia", features=scheme)
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.driver.get("about:blank")  # what was shown before has no more to say
        self._log("browser")
        self._log("performance")
        self.driver.get(page.as_uri())

    def _log(self, kind: str) -> list[dict[str, Any]]:
        """What came into a log of the driver since it was last read."""
        return list(self.driver.get_log(kind))  # type: ignore[no-untyped-call]

    def command(self, name: str, **values: object) -> Any:
        return self.driver.execute_cdp_cmd(name, values)

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a script returns in the page, past its policy."""
        return self.driver.execute_script(script, *arguments)

    def press(self, selector: str, key: str) -> None:
        """Press a key in an element of the page."""
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys(key)

    @property
    def complaints(self) -> list[str]:
        """What the console said since the page was opened."""
        return [entry["message"] for entry in self._log("browser")]

    @property
    def requests(self) -> list[str]:
        """Every address asked for since the page was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return [each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"]

    def inaccessible(self, impacts: Sequence[str] = ("serious", "critical")) -> list[str]:
        """What axe-core finds of these impacts, one line each."""
        self.run(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1]; axe.run({resultTypes: ['violations']}).then(done)"
        )
        return [
            f"{rule['id']}: {node['html']}"
            for rule in found["violations"]
            for node in rule["nodes"]
            if rule["impact"] in impacts
        ]

    def printed(self) -> bytes:
        """The page as a PDF on A4."""
        return b64decode(self.command("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])


def started(profile: Path) -> Iterator[Browser]:
    """Yield a browser with a fresh profile; without Chromium the test is skipped, and fails where CI is true."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        missing()
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    chrome.set_script_timeout(120)
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()


def missing() -> NoReturn:
    """Skip, or fail where CI is true, with a sentence on how to get Chromium."""
    if os.environ.get("CI") == "true":
        pytest.fail(HOW_TO_GET_IT)
    pytest.skip(HOW_TO_GET_IT)
