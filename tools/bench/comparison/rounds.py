"""Runs every server in turn, round after round, so that whatever drifts on the machine meets them all."""

import json
import subprocess
import sys

from .noise import Noise
from .server import Server, ServerError

# What a run may take beyond its own times: opening 10,000 connections, settling, stopping.
SLACK_SECONDS = 90


class Rounds:
    def __init__(self, options):
        self._options = options

    def run(self, workload, servers):
        """{server: [result of runes-load with "others_cpu_percent" in it, or "error"]} of all rounds."""
        results = {name: [] for name in servers}
        for number in range(self._options.rounds):
            for name, command in servers.items():
                result = self._quietest(workload, name, command)
                results[name].append(result)
                self._tell(workload, number, name, result)
        return results

    def _quietest(self, workload, name, command):
        """Repeats a run that others disturbed, and takes the least disturbed if none was quiet."""
        best = None
        for _ in range(self._options.tries):
            result = self._once(workload, name, command)
            if "error" in result:
                return result
            if best is None or result["others_cpu_percent"] < best["others_cpu_percent"]:
                best = result
            if best["others_cpu_percent"] <= self._options.quiet_limit:
                break
        return best

    def _once(self, workload, name, command):
        options = self._options
        try:
            with Server(command, options.server_cpu) as server:
                noise = Noise(server.pid)
                words = self._load_command(workload, name, server)
                limit = options.warmup + options.duration + SLACK_SECONDS
                done = subprocess.run(
                    words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=limit
                )
                others = noise.percent()
        except (ServerError, OSError) as error:
            return {"error": str(error)}
        except subprocess.TimeoutExpired:
            return {"error": "the run took too long"}
        if done.returncode not in (0, 1) or not done.stdout:
            return {"error": done.stderr.strip() or f"runes-load ended with status {done.returncode}"}
        result = json.loads(done.stdout)
        result["others_cpu_percent"] = round(others, 1)
        return result

    def _load_command(self, workload, name, server):
        options = self._options
        words = [options.load, "--host", "127.0.0.1", "--port", str(server.port), "--pid", str(server.pid)]
        words += ["--path", options.path, "--label", f"{name} {workload.name}", "--quiet"]
        if options.load_cpu is not None:
            words += ["--cpu", str(options.load_cpu)]
        words += workload.arguments
        if workload.timed:
            words += ["--warmup", str(options.warmup), "--duration", str(options.duration)]
        return words

    def _tell(self, workload, number, name, result):
        if "error" in result:
            shown = result["error"]
        else:
            figure = workload.figures[0]
            value = figure.of(result)
            shown = "nothing measured" if value is None else f"{value:.{figure.digits}f} {figure.title}"
            shown += f", others {result['others_cpu_percent']:.0f} % CPU"
        print(f"{workload.name} round {number + 1} {name}: {shown}", file=sys.stderr)
