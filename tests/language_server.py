"""The YAML language server that editors run, spoken to over standard input and output (LSP 3.17)."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from conftest import ROOT

VERSION = "1.25.0"  # the last that Node 20 runs; .ci/run installs the same
INSTALLED = ROOT / "build" / "node" / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
HOW_TO = f"npm install --prefix build/node yaml-language-server@{VERSION}"
TIMEOUT = 60  # seconds; a language server that says nothing for so long will say nothing


def command() -> list[str]:
    """How to start the server; skips where there is none, but not in CI."""
    node = shutil.which("node")
    if node is None or not INSTALLED.exists():
        reason = f"the YAML language server is not there; with Node.js installed: {HOW_TO}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return [node, str(INSTALLED), "--stdio"]


class LanguageServer:
    """One server, with one document open at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._answers: Queue[dict[str, Any]] = Queue()
        self._diagnostics: Queue[dict[str, Any]] = Queue()
        self._asked = self._opened = 0
        threading.Thread(target=self._listen, daemon=True).start()
        capabilities = {
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "publishDiagnostics": {}},
            "workspace": {"configuration": True},
        }
        self.ask("initialize", processId=os.getpid(), rootUri=ROOT.as_uri(), capabilities=capabilities)
        self._tell("initialized")

    def open(self, content: str, folder: Path = ROOT / "plans") -> str:
        """Open a document as if it lay in a folder, and return its address."""
        self._opened += 1
        uri = (folder / f"open-{self._opened}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": content}
        self._tell("textDocument/didOpen", textDocument=document)
        return uri

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """What the server underlines in a document that was just opened."""
        while (said := self._diagnostics.get(timeout=TIMEOUT))["uri"] != uri:
            pass
        found: list[dict[str, Any]] = said["diagnostics"]
        return found

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        """Ask something of a place; lines and characters count from 0."""
        place = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", textDocument={"uri": uri}, position=place)

    def ask(self, method: str, **parameters: Any) -> Any:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": parameters})
        answer = self._answers.get(timeout=TIMEOUT)
        assert answer["id"] == self._asked
        assert "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, **parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        for message in self._messages():
            if "method" not in message:
                self._answers.put(message)
            elif message["method"] == "textDocument/publishDiagnostics":
                self._diagnostics.put(message["params"])
            elif "id" in message:
                self._send({"id": message["id"], "result": self._answer(message)})

    def _messages(self) -> Iterator[dict[str, Any]]:
        stream = self._process.stdout
        assert stream is not None
        while line := stream.readline():
            length = int(line.split(b":")[1])
            stream.readline()
            yield json.loads(stream.read(length))

    @staticmethod
    def _answer(request: dict[str, Any]) -> Any:
        """The editor's settings: everything on, and no schemas from the network."""
        if request["method"] != "workspace/configuration":
            return None
        yaml = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False, "url": ""}}
        return [yaml if item.get("section") == "yaml" else {} for item in request["params"]["items"]]


@contextmanager
def language_server() -> Iterator[LanguageServer]:
    with subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            yield LanguageServer(process)
        finally:
            process.kill()
