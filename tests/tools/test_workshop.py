"""The archive for a room without a network: what is in it, what never is, and that it installs."""

import os
import subprocess
import sys
import zipfile

import pytest

from finetune_server.model import download
from tools import workshop

BACKEND = """
import zipfile

def build_wheel(folder, *_):
    about, name = "finetune_server-0.1.0.dist-info", "finetune_server-0.1.0-py3-none-any.whl"
    said = "Metadata-Version: 2.1\\nName: finetune-server\\nVersion: 0.1.0\\nProvides-Extra: train\\n"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("finetune_server.py", "here = True\\n")
        wheel.writestr(f"{about}/METADATA", said + 'Requires-Dist: tiny-package; extra == "train"\\n')
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{about}/RECORD", "")
    return name
"""
FILES = {
    "README.md": "the course",
    "requirements.txt": "tiny-package>=1\n",
    "requirements-local.txt": "-e ./server[train]\n",
    "constraints.txt": "tiny-package==1.0\n",
    "notebooks/01_prepare_data.ipynb": "{}",
    "data/recordings/01.jsonl": "{}",
    "helpers/__init__.py": "",
    "server/pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "server/backend.py": BACKEND,
}
NOT_OURS = {
    "helpers/__pycache__/x.pyc": "cache",
    "data/.env": "OPENAI_API_KEY=mine",
    ".env": "mine",
    "scrap.txt": "scrap",
    "data/own/train.jsonl": "what a customer asked",
}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course without git, and a pip that knows two wheels and no network."""
    root = tmp_path / "course"
    for name, content in (FILES | NOT_OURS).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    for version in ("1.0", "2.0"):
        make_wheel(tmp_path / "index", version)
    monkeypatch.setattr(workshop, "ROOT", root)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    return root


def make_wheel(folder, version):
    folder.mkdir(exist_ok=True)
    about = f"tiny_package-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tiny_package-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_package.py", "here = True\n")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny-package\nVersion: {version}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def track(root, *names):
    git = ["git", "-C", str(root), "-c", "core.hooksPath=/dev/null"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", *names], check=True)


def test_the_archive_installs_without_a_network_and_without_this_pip(course, tmp_path, monkeypatch):
    monkeypatch.setattr(workshop, "MODEL_PACKAGE", "tiny-package")
    out = tmp_path / "room.zip"
    assert workshop.build(out, local=True) == (len(FILES), 3)
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "room")
    unpacked = tmp_path / "room" / workshop.NAME
    found = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    wheels = {f"wheels/tiny_package-{version}-py3-none-any.whl" for version in ("1.0", "2.0")}  # of the lock; as model
    wheels |= {"wheels/finetune_server-0.1.0-py3-none-any.whl"}
    assert found == {*FILES, "INSTALL.txt", *wheels}
    how = (unpacked / "INSTALL.txt").read_text()
    line = (
        '-m pip install --no-index --find-links wheels -r requirements.txt "finetune-server[train]" -c constraints.txt'
    )
    assert line in how and workshop.machine() in how and "PIP_FIND_LINKS=wheels" in how
    monkeypatch.delenv("PIP_FIND_LINKS")
    arguments = line.replace('"', "").split()
    subprocess.run([sys.executable, *arguments, "-q", "--target", "site"], cwd=unpacked, check=True)
    assert (unpacked / "site" / "tiny_package-1.0.dist-info").exists()
    assert (unpacked / "site" / "finetune_server.py").exists()


def test_the_model_is_the_one_that_the_server_looks_for():
    assert workshop.MODEL_PACKAGE == download.PACKAGE


def test_where_there_is_git_only_what_it_tracks(course):
    (course / "data" / "my_customers.csv").write_text("not yours")
    track(course, *FILES, "scrap.txt")
    assert {path.as_posix() for path in workshop.course_files()} == {*FILES}


def test_this_checkout_has_what_the_lessons_need():
    names = {path.as_posix() for path in workshop.course_files()}
    wanted = {
        "TEACHING.md",
        "notebooks/01_prepare_data.ipynb",
        "data/t1000/handbook.csv",
        "data/prices.csv",
        "data/recordings/01_prepare_data.jsonl",
        "helpers/replay/tape.py",
        "server/pyproject.toml",
        "server/finetune_server/app.py",
        "requirements.txt",
        "constraints.txt",
    }
    assert wanted <= names and not any("__pycache__" in name or name.startswith(".") for name in names)


def test_a_name_without_zip_is_a_folder(course, tmp_path, monkeypatch):
    monkeypatch.setattr(workshop, "download", lambda wheels, local: wheels.mkdir())
    workshop.build(tmp_path / "room")
    how = (tmp_path / "room" / "INSTALL.txt").read_text()
    assert "--find-links wheels -r requirements.txt -c constraints.txt\n" in how and "PIP_FIND_LINKS" not in how
    assert (tmp_path / "room" / "notebooks").is_dir()


@pytest.mark.parametrize(
    "key", ["sk-" + "a" * 40, "sk-proj-a_b-" + "c3_-" * 20, "sk-svcacct-" + "a" * 40, "a-key-of-my-own-server"]
)
def test_a_key_in_a_notebook_stops_it(course, tmp_path, monkeypatch, key):
    monkeypatch.setenv("COURSE_API_KEY", "a-key-of-my-own-server")
    (course / "notebooks" / "02_upload.ipynb").write_text(f'{{"source": "{key}"}}')
    with pytest.raises(SystemExit, match="02_upload.ipynb") as stopped:
        workshop.build(tmp_path / "room.zip")
    assert key not in str(stopped.value) and not (tmp_path / "room.zip").exists()


def test_what_pip_cannot_fetch_leaves_nothing_behind(course, tmp_path):
    (course / "requirements.txt").write_text("no-such-package\n")
    with pytest.raises(SystemExit, match="pip could not fetch or build"):
        workshop.build(tmp_path / "room.zip")
    assert {path.name for path in tmp_path.iterdir()} == {"course", "index"}


def test_nothing_is_written_over(course, tmp_path):
    (tmp_path / "room.zip").write_text("mine")
    with pytest.raises(SystemExit, match="is there already"):
        workshop.build(tmp_path / "room.zip")
    assert (tmp_path / "room.zip").read_text() == "mine"
