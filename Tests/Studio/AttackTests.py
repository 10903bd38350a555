"""What others may try with the studio, and what is left of it at the end."""

import json
import os
import pathlib
import signal
import stat
import struct
import subprocess
import time
import unittest
import zlib

from studio import PAINTING, PHOTOGRAPH, StudioCase, until


def chunk(kind, data):
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width, height):
    """A small PNG that says that it has very many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1 << 20), 9))
            + chunk(b"IEND", b""))


class AttackTests(StudioCase):
    def test_only_its_own_page_is_answered(self):
        studio = self.studio()
        self.assertEqual(studio.request()[0], 200)
        self.assertGreaterEqual(len(studio.token), 32)
        policy = studio.headers["content-security-policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertNotIn("unsafe", policy)
        for name, value in {
            "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store",
        }.items():
            self.assertEqual(studio.headers[name], value)
        self.assertIsNone(studio.headers["access-control-allow-origin"])

        wrong = studio.token[:-1] + ("0" if studio.token[-1] != "0" else "1")
        for path in ("/", "/state", f"/{wrong}/", f"/{wrong}/state", f"/{studio.token[:-1]}/", f"/{studio.token}0/"):
            self.assertIn(studio.request(path, base=studio.origin)[0], (403, 404), path)
        for host in ("evil.example", f"evil.example:{studio.port}", f"127.0.0.1:{studio.port + 1}", "127.0.0.1"):
            self.assertEqual(studio.request("state?after=0", headers={"Host": host})[0], 403, host)
        for origin in ("http://evil.example", "null", f"http://127.0.0.1:{studio.port + 1}", None):
            self.assertEqual(studio.request("change", "POST", b"{}", {"Origin": origin})[0], 403, origin)
            if origin:
                self.assertEqual(studio.request("state?after=0", headers={"Origin": origin})[0], 403, origin)
        for site in ("cross-site", "same-site"):
            self.assertEqual(studio.request("state?after=0", headers={"Sec-Fetch-Site": site})[0], 403, site)
        # What a page elsewhere posts is not taken for requests of their own.
        with studio.socket() as socket:
            inner = f"GET /{studio.token}/state?after=0 HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n\r\n"
            socket.sendall(
                f"POST /x HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\nOrigin: http://evil.example\r\n"
                f"Content-Length: {len(inner)}\r\n\r\n{inner}".encode())
            answer = b""
            while piece := socket.recv(65536):
                answer += piece
            self.assertEqual(answer.count(b"HTTP/1.1"), 1)
            self.assertIn(b"403", answer.split(b"\r\n")[0])
        # It listens on the loopback interface alone.
        listening = pathlib.Path("/proc/net/tcp").read_text() + pathlib.Path("/proc/net/tcp6").read_text()
        hosts = {line.split()[1].split(":")[0] for line in listening.splitlines()
                 if line.split()[1].endswith(f":{studio.port:04X}") and line.split()[3] == "0A"}
        self.assertEqual(hosts, {"0100007F"})

    def test_the_invitation_lets_one_in(self):
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            note = pathlib.Path(folder) / "asked"
            opener = pathlib.Path(folder) / "xdg-open"
            opener.write_text(f'#!/bin/sh\necho "$1" > {note}.part && mv {note}.part {note}\n')
            opener.chmod(0o755)
            before = dict(os.environ)
            os.environ.update(PATH=f"{folder}:{before['PATH']}", DISPLAY=":9")
            try:
                from studio import HARMONIZE
                process = subprocess.Popen([HARMONIZE, "studio"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            finally:
                os.environ.clear()
                os.environ.update(before)
            try:
                address = process.stdout.readline().decode().strip()
                asked = until(lambda: note.exists() and note.read_text().strip())
                self.assertNotIn(address.split("/")[-2], asked)
                import urllib.error, urllib.request
                with urllib.request.urlopen(asked) as answer:
                    self.assertEqual(answer.url, address)
                with self.assertRaises(urllib.error.HTTPError):
                    urllib.request.urlopen(asked)
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=20)

    def test_no_path_of_the_page_is_a_path_here(self):
        studio = self.studio()
        for path in (
            "file/../../../../etc/passwd", "file/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "file//etc/passwd", "../state",
            "save/../../etc/passwd", "file/painting-1-4096%00", "%2e%2e/", "file/.",
        ):
            with studio.socket() as socket:
                socket.sendall(f"GET /{studio.token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n"
                               "Connection: close\r\n\r\n".encode())
                answer = b""
                while piece := socket.recv(65536):
                    answer += piece
            self.assertIn(answer.split(b" ")[1], (b"400", b"403", b"404"), path)
            self.assertNotIn(b"root:", answer)
        before = set(os.listdir("/tmp"))
        self.assertEqual(studio.put("painting", PAINTING, "..%2f..%2f..%2ftmp%2fescaped.jpg"), 200)
        self.assertEqual(studio.state["painting"]["name"], "escaped.jpg")
        self.assertNotIn("escaped.jpg", set(os.listdir("/tmp")) - before)
        self.assertEqual(studio.put("photograph", PHOTOGRAPH, "-o%20%24(touch%20x)'.png"), 200)
        command = studio.wait(lambda state: state.get("command"))["command"]
        self.assertIn("""'o $(touch x)'\\''.png'""", command)

    def test_bodies_without_end(self):
        studio = self.studio("--max-pixels", "1M")
        begin = (f"PUT /{studio.token}/painting?name=x HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n"
                 f"Origin: {studio.origin}\r\n")
        with studio.socket() as socket:
            socket.sendall((begin + f"Content-Length: {10 << 30}\r\n\r\n").encode())
            self.assertIn(b"413", socket.recv(65536).split(b"\r\n")[0])
        with studio.socket() as socket:
            socket.sendall((begin + "Transfer-Encoding: chunked\r\n\r\n").encode())
            piece, sent = b"100000\r\n" + bytes(1 << 20) + b"\r\n", 0
            try:
                while sent < 1 << 30:
                    socket.sendall(piece)
                    sent += 1 << 20
            except OSError:
                pass
            self.assertLess(sent, 300 << 20)
        with studio.socket() as socket:
            try:
                for _ in range(200):
                    socket.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 65536 if _ == 0 else b"a" * 65536)
            except OSError:
                pass
            else:
                self.fail("a header without end was read on")
        self.assertEqual(studio.request("change", "POST", b" " * (9 << 20))[0], 413)
        for body in (b"", b"[]", b"{", b'{"tab":"t","place":{"x":1e99}}', b"[" * 100000):
            self.assertEqual(studio.request("change", "POST", body)[0], 400, body[:50])
        for place in ({"x": 0, "y": 0, "scale": -1, "rotate": 0, "flip": False},
                      {"x": 1 << 40, "y": 0, "scale": 1, "rotate": 0, "flip": False}):
            body = json.dumps({"tab": "t", "place": place}).encode()
            self.assertEqual(studio.request("change", "POST", body)[0], 422)
        self.assertLess(studio.memory, 200)
        # Nothing of it is kept.
        sizes = [path.stat().st_size for path in pathlib.Path(studio.base).rglob("*") if path.is_file()]
        self.assertLess(sum(sizes), 1 << 20)

    def test_a_thousand_connections_that_say_nothing(self):
        studio = self.studio()
        silent = [studio.socket() for _ in range(1000)]
        self.addCleanup(lambda: [socket.close() for socket in silent])
        for socket in silent[::3]:
            socket.sendall(b"GET / HT")
        start = time.monotonic()
        self.assertEqual(studio.request()[0], 200)
        self.assertEqual(studio.put("painting", PAINTING), 200)
        self.assertIsNotNone(studio.state.get("painting"))
        self.assertLess(time.monotonic() - start, 5)
        self.assertLess(studio.memory, 300)

    def test_an_answer_is_whole_before_its_connection_is_closed(self):
        studio = self.studio()
        # Noise, so that the file is larger than what waits in the system on its way.
        side = 1200
        rows = b"".join(b"\0" + os.urandom(3 * side) for _ in range(side))
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        picture = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1))
                   + chunk(b"IEND", b""))
        self.assertEqual(studio.put("painting", picture), 200)
        path = f"file/{studio.state['painting']['id']}-4096"
        for _ in range(3):
            with studio.socket() as socket:
                socket.sendall(f"GET /{studio.token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{studio.port}\r\n"
                               "Connection: close\r\n\r\n".encode())
                time.sleep(0.3)
                answer = b""
                while piece := socket.recv(1 << 16):
                    answer += piece
            head, _, body = answer.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            self.assertGreater(length, 4 << 20)
            self.assertEqual(len(body), length)

    def test_bombs(self):
        studio = self.studio()
        for data in (bomb(60000, 60000), bomb(2147483647, 2147483647), bomb(20000, 19999)):
            notices = (studio.state.get("notice") or {"number": 0})["number"]
            self.assertEqual(studio.put("painting", data), 200)
            studio.wait(lambda state: (state.get("notice") or {"number": 0})["number"] > notices)
            self.assertIsNone(studio.state.get("painting"))
        self.assertLess(studio.memory, 200)

    def test_nothing_is_left_at_the_end(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            studio = self.studio(PAINTING, PHOTOGRAPH)
            studio.wait(lambda state: state.get("place") and not state["cut"].get("isWorking"))
            (name,) = studio.folders
            folder = pathlib.Path(studio.base) / name
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
            studio.change(settings={"detail": 0.5, "ownColors": False, "matching": 0.5, "quality": "fine"})
            studio.request("repaint", "POST")
            # In its middle: after the cut at full size, with a preview in the folder.
            studio.wait(lambda state: state["job"]["part"] > 0.05 and state["job"].get("preview"))
            children = studio.children
            self.assertTrue(children)
            studio.process.send_signal(number)
            studio.process.wait(20)
            self.assertEqual(studio.process.returncode, code)
            self.assertEqual(studio.folders, [])
            until(lambda: not any(self.is_alive(child) for child in children), 5, "the job's end")

    @staticmethod
    def is_alive(process):
        try:
            return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def test_the_port_is_taken(self):
        studio = self.studio()
        from studio import HARMONIZE
        second = subprocess.run(
            [HARMONIZE, "studio", "--no-open", "--port", str(studio.port)], capture_output=True, text=True, timeout=20)
        self.assertEqual(second.returncode, 69)
        self.assertIn("cannot listen", second.stderr)
        self.assertNotIn("http://", second.stdout)


if __name__ == "__main__":
    unittest.main()
