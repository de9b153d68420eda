"""Every task that a person runs on this repository: `nox -l` lists them, `nox -s NAME` runs one."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "tests", "check"]

PROJECT = nox.project.load_toml("pyproject.toml")
PACKAGE = "generated/bandwidth-recordings"
PYTHON_CODE = ("generator", "templates/runtime", "tests", "docs", "noxfile.py", PACKAGE)
TYPED_CODE = ("generator", f"{PACKAGE}/src", "tests", "docs", "noxfile.py")
WIRE = "tests/wire"
STRESS = f"{WIRE}/stress"
BROWSER = "tests/preview/browser"
PRISM = "@stoplight/prism-cli@5.16.0"


def install(session: nox.Session, *requirements: str, groups: tuple[str, ...] = ()) -> None:
    """Install requirements and dependency groups of pyproject.toml (PEP 735) into the session."""
    grouped = nox.project.dependency_groups(PROJECT, *groups) if groups else ()
    session.install(*requirements, *grouped)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; arguments after -- go to pytest."""
    install(session, ".", f"./{PACKAGE}", groups=("test",))
    pytest = ["pytest", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    pytest += [f"--ignore={folder}" for folder in ("tests/contract", STRESS, BROWSER)]
    if session.posargs:
        session.run(*pytest, *session.posargs)
        return
    session.run(*pytest, f"--ignore={WIRE}")
    # By themselves: much in them is bounded in time, and most of their time they wait.
    session.run(*pytest, "-n", "4", WIRE)


@nox.session
def stress(session: nox.Session) -> None:
    """Run the tests that take long: ten thousand calls that fail, an export, one GiB, the client of every flawed document."""
    install(session, ".", f"./{PACKAGE}", groups=("test",))
    session.run("pytest", STRESS, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Look for mistakes with ruff and for departures from the style with black."""
    install(session, groups=("lint",))
    session.run("ruff", "check", *PYTHON_CODE)
    session.run("black", "--check", "--quiet", "--diff", *PYTHON_CODE)


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright, both strict: generator, generated package, tests, and what users write."""
    install(session, "-e", ".", "-e", f"./{PACKAGE}", groups=("test", "browser", "types"))
    session.run("mypy", "--strict", *TYPED_CODE)
    session.run("pyright", *TYPED_CODE)
    session.run("pytest", "tests/types")


@nox.session
def check(session: nox.Session) -> None:
    """Show how the committed package differs from what the spec gives; fail if it does."""
    install(session, ".")
    session.run("clientsmith", "check")


@nox.session
def golden(session: nox.Session) -> None:
    """Compare golden files; with `-- --update`, rewrite them and the package, for review."""
    install(session, ".", f"./{PACKAGE}", groups=("test",))
    posargs = list(session.posargs)
    if update := "--update" in posargs:
        posargs.remove("--update")
        session.run("clientsmith", "generate")
        posargs.append("tests/unit/templates/test_context.py")
    env = {"CLIENTSMITH_UPDATE_GOLDEN": "1"} if update else {}
    session.run("pytest", "tests/golden", *posargs, env=env)


@nox.session
def contract(session: nox.Session) -> None:
    """Call every operation against Prism, which rejects what the spec does not allow."""
    npm = shutil.which("npm")
    if npm is None:
        session.error("npm was not found: install Node.js, Prism comes from there")
    install(session, f"./{PACKAGE}", groups=("test",))
    folder = session.create_tmp()
    quiet = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    session.run(npm, "install", *quiet, "--prefix", folder, PRISM, external=True)
    prism = Path(folder, "node_modules", ".bin", "prism").resolve()
    session.run("pytest", "tests/contract", *session.posargs, env={"PRISM": str(prism)})


@nox.session
def browser(session: nox.Session) -> None:
    """Use the preview's page in headless Chromium; `-- --write` keeps the screenshot of the docs."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            session.error(f"{program} was not found: install Debian's chromium, chromium-driver")
    install(session, ".", groups=("test", "browser"))
    posargs = list(session.posargs)
    env: dict[str, str] = {}
    if "--write" in posargs:
        posargs.remove("--write")
        env["CLIENTSMITH_SCREENSHOT"] = str(Path("docs", "preview.png").resolve())
    session.run("pytest", BROWSER, *posargs, env=env)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the budgets against the peers: `-- --help` shows the choices."""
    folder = session.create_tmp()
    session.run("python", "-m", "tests.benchmarks", "--folder", folder, *session.posargs)


@nox.session
def corpus(session: nox.Session) -> None:
    """Generate from every document of the corpus and call all of it; `-- --write` keeps the table."""
    install(session, groups=("corpus",))
    folder = Path(session.create_tmp()).resolve()
    generator = folder / "generator"  # openapi-core wants an older openapi-spec-validator
    session.run("python", "-m", "venv", str(generator))
    python = str(next(generator.glob("[bS]*/python*")))
    session.run(python, "-m", "pip", "install", "--quiet", ".", external=True)
    program = str(next(generator.glob("[bS]*/clientsmith*")))
    where = ("--clientsmith", program, "--folder", str(folder / "packages"))
    session.run("python", "-m", "tests.corpus", *where, *session.posargs)


@nox.session
def hostile(session: nox.Session) -> None:
    """Put every hostile string at every place of a document; `-- --cases N` takes N of them."""
    install(session, ".", groups=("test",))
    session.run("python", "-m", "tests.security", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Give random input to what reads things of others; `-- --seconds N` says how long in all."""
    install(session, "-e", ".", "-e", f"./{PACKAGE}", groups=("test", "fuzz"))
    folder = session.create_tmp()
    session.run("python", "-m", "tests.fuzz", "--folder", folder, *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build both distributions, and import each wheel and sdist in an empty environment."""
    install(session, groups=("build",))
    folder = Path(session.create_tmp()).resolve()
    for source, probe in (
        (".", ("-m", "clientsmith", "--help")),
        (PACKAGE, ("-c", "from bandwidth_recordings import AsyncClient, Client, RecordingsApi")),
    ):
        target = folder / Path(source).resolve().name
        shutil.rmtree(target, ignore_errors=True)
        session.run("python", "-m", "build", "--outdir", str(target), source)
        for archive in sorted(target.iterdir()):
            empty = target / f"environment-{archive.suffix.removeprefix('.')}"
            session.run("python", "-m", "venv", str(empty))
            python = str(next(empty.glob("[bS]*/python*")))
            session.run(python, "-m", "pip", "install", "--quiet", str(archive), external=True)
            session.run(python, "-I", *probe, external=True, silent=True)
