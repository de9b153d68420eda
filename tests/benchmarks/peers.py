"""The sides of the comparison, each installed in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .timing import clean_environment

REPOSITORY = Path(__file__).parents[2]
SPEC = REPOSITORY / "spec" / "recordings.yaml"
DOCUMENTS = REPOSITORY.parent / "shared" / "specs"
PACKAGE = REPOSITORY / "generated" / "bandwidth-recordings"

OPC = "openapi-python-client"
OAG = "openapi-generator"
SDK = "bandwidth-sdk"
HTTPX_AIOHTTP = "httpx-aiohttp"
PINNED = {
    OPC: "openapi-python-client==0.29.1",
    OAG: "openapi-generator-cli==7.26.0",
    SDK: "bandwidth-sdk==23.3.1",
    HTTPX_AIOHTTP: "httpx-aiohttp[httpx2]==0.2.0",
}
OPC_CLIENT = "recordings_opc"
OAG_CLIENT = "recordings_oag"


@dataclass(frozen=True)
class Environment:
    """A virtual environment with one side in it, its bytecode compiled."""

    folder: Path

    @property
    def binaries(self) -> Path:
        """The folder of its programs."""
        return self.folder / Path(sysconfig.get_path("scripts")).name

    @property
    def python(self) -> str:
        """Its Python interpreter."""
        return str(self.binaries / "python")

    def program(self, name: str) -> str:
        """One of its programs."""
        return str(self.binaries / name)

    def variables(self, cache: Path) -> dict[str, str]:
        """The environment variables of its processes, see `clean_environment`."""
        return clean_environment(self.binaries, cache)

    @classmethod
    def create(cls, folder: Path, *requirements: str) -> Environment:
        """Make an environment, or use the one that is there, and install the requirements.

        Requirements that are folders are installed again each time.

        Args:
            folder: Where the environment is kept.
            requirements: What pip is to install.

        Raises:
            subprocess.CalledProcessError: Something could not be installed.
        """
        environment = cls(folder)
        variables = environment.variables(folder / "cache")
        if not folder.exists():
            subprocess.run([sys.executable, "-m", "venv", folder], env=variables, check=True)
        pip = [environment.python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", *requirements], env=variables, check=True)
        libraries = next(folder.glob("[Ll]ib*/**/site-packages"))
        compiler = [environment.python, "-m", "compileall", "-q", str(libraries)]
        subprocess.run(compiler, env=variables, check=False, capture_output=True)
        return environment


@dataclass(frozen=True)
class Environments:
    """Every side's environments.

    A generator and the client that it makes do not share one: what is installed beside a client
    would weigh on its import. `fast` is the package with its extra `aiohttp`, and httpx-aiohttp.
    """

    clientsmith: Environment
    package: Environment
    fast: Environment
    opc: Environment
    opc_client: Environment
    oag: Environment
    oag_client: Environment
    sdk: Environment


def generate_command(side: str, environment: Environment, spec: Path, output: Path) -> list[str]:
    """The command with which a side's user generates a package from a document."""
    if side == OPC:
        program = environment.program("openapi-python-client")
        return [
            program,
            "generate",
            "--overwrite",
            "--path",
            str(spec),
            "--output-path",
            str(output),
        ]
    if side == OAG:
        program = environment.program("openapi-generator-cli")
        return [program, "generate", "-g", "python", "-i", str(spec), "-o", str(output)]
    return [environment.program("clientsmith"), "generate", str(spec), "-o", str(output)]


def prepare(folder: Path) -> Environments:
    """Install every side under a folder, and the clients that the peers generate from our spec.

    Raises:
        subprocess.CalledProcessError: A peer could not be installed or did not generate its client.
    """
    opc = Environment.create(folder / "opc", PINNED[OPC])
    oag = Environment.create(folder / "oag", PINNED[OAG])
    with TemporaryDirectory() as scratch:
        opc_source = _generate_client(OPC, opc, Path(scratch))
        oag_source = _generate_client(OAG, oag, Path(scratch))
        return Environments(
            clientsmith=Environment.create(folder / "clientsmith", str(REPOSITORY)),
            package=Environment.create(folder / "package", str(PACKAGE)),
            fast=Environment.create(folder / "fast", f"{PACKAGE}[aiohttp]", PINNED[HTTPX_AIOHTTP]),
            opc=opc,
            opc_client=Environment.create(folder / "opc-client", str(opc_source)),
            oag=oag,
            oag_client=Environment.create(folder / "oag-client", str(oag_source)),
            sdk=Environment.create(folder / "sdk", PINNED[SDK]),
        )


def _generate_client(side: str, environment: Environment, scratch: Path) -> Path:
    output = scratch / environment.folder.name
    options: Sequence[str]
    if side == OPC:
        config = scratch / "opc.yaml"
        config.write_text(f"package_name_override: {OPC_CLIENT}\n", encoding="utf-8")
        options = ("--config", str(config), "--meta", "setup")
    else:
        options = ("--package-name", OAG_CLIENT)
    command = [*generate_command(side, environment, SPEC, output), *options]
    variables = environment.variables(scratch / "cache")
    subprocess.run(command, env=variables, check=True, capture_output=True)
    return output
